"""The small forum that every script of this folder makes in its engine, and the truth about it.

The world is told once, in order of time. A script gives it a `Board`, which does each step by the
engine's own code; what the engine made of it (numbers of members, threads and posts) is written to
`truth.json` beside the saved pages, so that an import of the pages can be compared with it.
"""

import json
import pathlib
import sys
from datetime import datetime, timedelta, timezone

ORIGIN = "http://forum.example"
START = datetime(2019, 3, 5, 9, 14, 37, tzinfo=timezone.utc)
# Members are looked at later, when short dates show their year.
A_YEAR = timedelta(days=400)
STEP = timedelta(hours=7, minutes=23, seconds=11)

ACCOUNTS = ["anna", "boris_k", "Чайник", "d-o-r-a"]
SIGNATURES = {
    "anna": "jabber: anna@jabber.example.com",
    "boris_k": "icq 123456789",
}
BOARD_NAME = "Market square"

SCRIPT = "<script>alert('stolen')</script>"
OVERRIDE = "\u202egnp.exe\u202c"

# Titles are unlike numbers and like them: engines put the number of a thread before or behind.
THREADS = [
    {
        "title": "Hello world",
        "posts": [
            {"author": "anna", "text": "First words of all", "marks": ["First words of all"]},
            {"author": "boris_k", "text": "An answer, see http://link.example/page", "marks": ["An answer, see"]},
            {"author": "d-o-r-a", "quotes": 0, "text": "What I say myself", "marks": ["What I say myself"]},
            {"author": "anna", "text": "Before the change", "edited_text": "After the change", "marks": ["After the change"]},
        ],
    },
    {
        "title": "10 вопросов о доставке",
        "posts": [
            {"author": "Чайник", "text": "Здравствуйте, сколько идёт посылка?", "marks": ["сколько идёт посылка"]},
            {"author": "anna", "quotes": 0, "text": "Две недели, не больше", "marks": ["Две недели, не больше"]},
        ],
    },
    {
        "title": "Hostile & <b>strange</b>",
        "posts": [
            {"author": "boris_k", "text": f"before {SCRIPT} after", "marks": ["before", "after"]},
            {"author": "d-o-r-a", "text": f"read {OVERRIDE} now", "marks": ["read", "now"]},
            {"author": "anna", "text": "</div></div></article></table> & stays &amp; whole", "marks": ["stays", "whole"]},
            {"author": "d-o-r-a", "text": "Yesterday, 10:16 PM, edited by anna on 1 January 2001", "marks": ["edited by anna"]},
        ],
    },
    {
        "title": "A long thread",
        "posts": [
            {"author": ACCOUNTS[number % 4], "text": f"line number {number} of the long thread", "marks": [f"line number {number} of"]}
            for number in range(47)
        ],
    },
]


def quotation(text):
    """A quotation in Markdown, which all engines of this folder take."""
    return "".join(f"> {line}\n" for line in text.split("\n")) + "\n"


class Board:
    """What a script has to do in its engine. Times are those at which the steps happen."""

    def register(self, name, signature, at):
        """Makes an account and gives its number, or None where pages show none."""
        raise NotImplementedError

    def start_thread(self, author, title, text, at):
        """Gives the numbers of the thread and of its first post, and the path of its first page."""
        raise NotImplementedError

    def reply(self, thread, author, text, at):
        """Gives the number of the post."""
        raise NotImplementedError

    def edit(self, thread, post, author, text, at):
        """Changes the text of a post."""
        raise NotImplementedError

    def pages(self):
        """Paths of all pages but those of threads: the index and the members."""
        raise NotImplementedError

    def page_path(self, path, page):
        """The path of a page of a thread other than the first."""
        return f"{path}?page={page}"

    def fetch(self, path, at):
        """The page at a path as a visitor without an account sees it, as bytes; None if there is none."""
        raise NotImplementedError


def make(board, folder, has_signatures):
    """Makes the world in an engine and saves its pages and the truth."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    now = START
    truth = {"board": BOARD_NAME, "accounts": [], "threads": [], "posts": [], "signatures": []}
    ids = {}
    for name in ACCOUNTS:
        signature = SIGNATURES.get(name) if has_signatures else None
        number = board.register(name, signature, now)
        ids[name] = f"name:{name}" if number is None else str(number)
        truth["accounts"].append({"id": ids[name], "name": name, "registered_at": now.isoformat()})
        if signature:
            truth["signatures"].append({"account": ids[name], "value": signature.split(" ")[-1]})
        now += STEP
    paths = []
    for told in THREADS:
        now, path = make_thread(board, told, ids, truth, now)
        paths.append(path)
    for number, path in enumerate(paths):
        save_thread(board, folder, f"thread_{number}", path, now)
    for number, path in enumerate(board.pages()):
        save(folder / f"other_{number}.html", path, board.fetch(path, now + A_YEAR))
    (folder / "truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8")


def make_thread(board, told, ids, truth, now):
    """One thread with its posts; gives the time behind it and its path."""
    for position, post in enumerate(told["posts"]):
        text = post["text"]
        absent = []
        if "quotes" in post:
            quoted = told["posts"][post["quotes"]]["text"]
            text = quotation(quoted) + text
            absent.append(quoted)
        if position == 0:
            thread, number, path = board.start_thread(post["author"], told["title"], text, now)
            truth["threads"].append({"id": str(thread), "title": told["title"], "account": ids[post["author"]]})
        else:
            number = board.reply(thread, post["author"], text, now)
        entry = {
            "id": str(number),
            "thread": str(thread),
            "account": ids[post["author"]],
            "posted_at": now.isoformat(),
            "edited_at": None,
            "is_opening": position == 0,
            "marks": post["marks"],
            "absent": absent,
        }
        now += STEP
        if "edited_text" in post:
            board.edit(thread, number, post["author"], post["edited_text"], now)
            entry["edited_at"] = now.isoformat()
            entry["absent"].append(post["text"])
            now += STEP
        truth["posts"].append(entry)
    return now, path


def save_thread(board, folder, name, path, now):
    """Saves all pages of a thread; the first without a number, as a browser would."""
    for page in range(1, 100):
        address = path if page == 1 else board.page_path(path, page)
        content = board.fetch(address, now)
        if content is None:
            return
        save(folder / f"{name}_{page}.html", address, content)


def save(file, path, content):
    """Saves a page with the comment that browsers write into it."""
    if content is None:
        sys.exit(f"the engine gave no page at {path}")
    address = ORIGIN + path
    comment = f"<!-- saved from url=({len(address):04d}){address} -->\n".encode()
    file.write_bytes(comment + content)
