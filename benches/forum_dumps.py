#!/usr/bin/env python3
"""Writes a Reddit dump and a phpBB dump of MySQL, for the benchmark of importing.

usage: forum_dumps.py FOLDER MEGABYTES [SEED]

Each file has about so many megabytes. The same arguments give the same bytes. Posts are English and
Russian, of log-normal length (median 150 characters, mean about 250), with words by Zipf's law. One post
in ten has a web address, one in five quotes another, one in twenty shows a contact.
"""
import itertools
import json
import math
import pathlib
import random
import sys

# Most frequent first.
ENGLISH = """the to and of a in is it you that for on this i with be not are have but if as was my can or your what at
so just do they all from one me there will out get about like no would when we how more up an has some time know by
don't people then want them think only because he good need use other work really make any them than which also could
where going see new should money way who now even first look their same still account after find thing sure lot try
much anyone site problem post thanks system back before better every something since server help using long price
been did his our over most into down two why year great those right never game actually buy days through another
question here working password link send pay order check service download update traffic install browser account
version message market seller shipping vendor escrow payment wallet address review forum thread moderator member
profile network connection proxy router firewall driver keyboard monitor battery laptop desktop memory storage
folder archive database backup script function variable compiler library package kernel terminal command window
button picture camera phone android screen charger cable adapter warranty refund delivery courier customs package
weather mountain bicycle saddle wheel chain pedal helmet coffee kitchen recipe butter garlic chicken potato tomato
lawyer contract insurance mortgage landlord neighbour university professor homework semester scholarship graduate
championship tournament goalkeeper midfielder referee transfer stadium supporter season manager defender penalty
character dungeon wizard inventory quest weapon armour crafting multiplayer console controller graphics resolution
government election parliament minister president senator campaign opinion newspaper journalist interview evidence
interesting different important possible difficult expensive available beautiful comfortable reasonable ridiculous
yesterday tomorrow tonight morning evening weekend holiday summer winter january december thousand million percent
sometimes probably definitely basically honestly obviously apparently hopefully unfortunately recommend understand
remember believe happened changed started stopped finished created deleted received ordered shipped tested compared
explained mentioned suggested complained replaced repaired upgraded configured disabled enabled encrypted decrypted""".split()

RUSSIAN = """и в не на что я с как а то это по но за от у к так все для мне или если уже есть кто только где когда чтобы
можно нужно вы мы он его из до о при под она они их было был будет меня нет ещё во бы ли без очень там тут сейчас
после через надо просто может также теперь здесь ну даже потом всегда никогда день этого тоже вот себя время люди
деньги работа сайт форум тема сообщение вопрос ответ проблема помощь система сервер программа файл папка архив база
пароль ссылка аккаунт профиль трафик реклама партнёрка выплата перевод карта счёт банк кошелёк обмен курс гарант
продавец покупатель товар заказ доставка посылка отзыв цена скидка оплата договор магазин склад услуга клиент
компьютер ноутбук телефон экран батарея память драйвер клавиатура монитор видеокарта процессор обновление версия
установка настройка ошибка команда строка функция переменная библиотека скрипт прокси браузер вкладка страница
погода дорога машина двигатель колесо тормоз бензин ремонт гараж запчасть мастер инструмент квартира соседи подъезд
школа университет преподаватель экзамен студент учебник задача решение пример формула теория наука история культура
футбол команда тренер матч сезон чемпионат болельщик судья ворота победа поражение турнир игрок нападающий защитник
правительство министр президент выборы депутат газета журналист интервью мнение доказательство закон суд адвокат
интересный разный важный возможный сложный дорогой доступный красивый удобный разумный странный последний следующий
вчера завтра сегодня утром вечером выходные праздник лето зима январь декабрь тысяча миллион процентов иногда
наверное конечно честно видимо кстати посоветуйте подскажите понимаю помню думаю знаю случилось изменил начал
закончил создал удалил получил заказал отправил проверил сравнил объяснил упомянул предложил заменил починил
настроил отключил включил зашифровал расшифровал скачал загрузил поставил запустил перезагрузил вернул попробовал""".split()

FIRST = "alex anna boris chris daniel elena frank gina hugo irina james kate leo maria nina oleg paul rita sam tom".split()
LAST = "wolf fox storm byte hacker trader shadow king smoke dragon lynx coder rider ghost raven pilot miner baker".split()
HOSTS = "example.com github.com youtube.com imgur.com habr.ru wikipedia.org stackoverflow.com pastebin.com".split()
BOARDS = "AskReddit gaming worldnews pics funny technology programming ru learnprogramming bitcoin privacy".split()
CONTACTS = [
    "my jabber is {name}@exploit.im", "telegram: @{name}", "icq 5{number:08d}", "write to {name}@mail.ru",
    "джаббер {name}@jabber.ru", "пишите в телеграм @{name}", "skype: {name}", "BTC 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
]
BEGINNING = 1_420_000_000


def weights(words):
    return list(itertools.accumulate(1 / (rank + 5) for rank in range(len(words))))


WORDS = [(ENGLISH, weights(ENGLISH)), (RUSSIAN, weights(RUSSIAN))]


class Writer:
    """Draws names and texts."""

    def __init__(self, seed, russian_share):
        self.rng = random.Random(seed)
        self.russian_share = russian_share
        draws = range(40_000)
        self.names = [self.rng.choice(FIRST) + "_" + self.rng.choice(LAST) + str(number) for number in draws]

    def account(self):
        """The number of an author; few write most."""
        return int(len(self.names) * self.rng.random() ** 3)

    def sentences(self, characters):
        words, cumulated = WORDS[self.rng.random() < self.russian_share]
        drawn = self.rng.choices(words, cum_weights=cumulated, k=characters // 5 + 1)
        text, at = [], 0
        while at < len(drawn):
            length = self.rng.randint(4, 18)
            sentence = " ".join(drawn[at : at + length])
            if length > 12:
                sentence = sentence.replace(" ", ", ", 1)
            text.append(sentence[0].upper() + sentence[1:] + self.rng.choice(["."] * 8 + ["?", "!", "...", " :)", "\n\n"]))
            at += length
        return " ".join(text).strip()

    def text(self):
        text = self.sentences(max(8, min(20_000, round(150 * math.exp(self.rng.gauss(0, 1))))))
        if self.rng.random() < 0.1:
            text += f" https://www.{self.rng.choice(HOSTS)}/p/{self.rng.randrange(10**6)}"
        if self.rng.random() < 0.05:
            contact = self.rng.choice(CONTACTS)
            text += "\n" + contact.format(name=self.rng.choice(self.names), number=self.rng.randrange(10**8))
        return text

    def quotation(self):
        return self.sentences(100).replace("\n", " ") if self.rng.random() < 0.2 else ""


def base_36(number):
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits


def comment(writer, number):
    rng, quotation, text = writer.rng, writer.quotation(), writer.text()
    thread = base_36(30_000_000 + number // 20)
    body = (f"> {quotation}\n\n" if quotation else "") + text
    return {
        "author": writer.names[writer.account()], "author_flair_css_class": None, "author_flair_text": None,
        "body": body.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"), "can_gild": True,
        "controversiality": 0, "created_utc": BEGINNING + number, "distinguished": None, "edited": False, "gilded": 0,
        "id": base_36(10**10 + number), "is_submitter": False, "link_id": "t3_" + thread,
        "parent_id": rng.choice(["t3_" + thread, "t1_" + base_36(10**10 + number - rng.randint(1, 20))]),
        "permalink": f"/r/{BOARDS[number % 11]}/comments/{thread}/_/{base_36(10**10 + number)}/", "retrieved_on": BEGINNING + number + 10**6,
        "score": rng.randint(-5, 200), "stickied": False, "subreddit": BOARDS[number % 11], "subreddit_id": "t5_2qh1i",
    }


def write_reddit(path, size, seed):
    writer, written = Writer(seed, 0.3), 0
    with open(path, "w", encoding="utf-8") as out:
        for number in itertools.count():
            line = json.dumps(comment(writer, number), ensure_ascii=False, separators=(",", ":")) + "\n"
            out.write(line)
            written += len(line.encode())
            if written >= size:
                return


def quoted(text):
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace('"', '\\"').replace("\n", "\\n")
    return f"'{escaped}'"


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def phpbb_text(writer):
    quotation, text = writer.quotation(), escaped(writer.text()).replace("\n", "<br/>\n")
    if not quotation:
        return f"<t>{text}</t>"
    name = writer.names[writer.account()]
    return f'<r><QUOTE author="{name}"><s>[quote={name}]</s>{escaped(quotation)}<e>[/quote]</e></QUOTE>\n{text}</r>'


def phpbb_post(writer, number):
    rng = writer.rng
    return (
        f"({number},{number // 20 + 1},{number % 5 + 1},{writer.account() + 2},0,'{rng.randint(1, 223)}.12.9.{number % 256}',"
        f"{BEGINNING + number * 60},0,1,1,1,1,'','Re: topic {number // 20 + 1}',{quoted(phpbb_text(writer))},'{rng.getrandbits(128):032x}',"
        f"0,'','{rng.getrandbits(40):x}',1,0,'',0,0,0,1,0,'',0)"
    )


PHPBB_TABLES = {
    "posts": """post_id topic_id forum_id poster_id icon_id poster_ip post_time post_reported enable_bbcode enable_smilies
        enable_magic_url enable_sig post_username post_subject post_text post_checksum post_attachment bbcode_bitfield bbcode_uid
        post_postcount post_edit_time post_edit_reason post_edit_user post_edit_count post_edit_locked post_visibility
        post_delete_time post_delete_reason post_delete_user""",
    "topics": "topic_id forum_id topic_title topic_poster topic_time topic_first_post_id",
    "forums": "forum_id parent_id left_id right_id forum_name",
    "users": "user_id user_type username user_regdate user_lastvisit user_posts user_sig user_sig_bbcode_uid",
}


def create(out, name):
    columns = ",\n".join(f"  `{column}` text" for column in PHPBB_TABLES[name].split())
    out.write(f"DROP TABLE IF EXISTS `phpbb_{name}`;\nCREATE TABLE `phpbb_{name}` (\n{columns}\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n")


def insert(out, name, rows):
    """Writes rows in statements of about a megabyte, as mysqldump does."""
    create(out, name)
    length = 0
    for row in rows:
        out.write(("," if length else f"INSERT INTO `phpbb_{name}` VALUES ") + row)
        length += len(row)
        if length > 900_000:
            out.write(";\n")
            length = 0
    if length:
        out.write(";\n")


def phpbb_posts(writer, size, count):
    written = 0
    while written < size:
        count[0] += 1
        row = phpbb_post(writer, count[0])
        written += len(row.encode()) + 1
        yield row


def write_phpbb(path, size, seed):
    writer, count = Writer(seed, 0.5), [0]
    with open(path, "w", encoding="utf-8") as out:
        out.write("-- MySQL dump 10.13\n/*!40101 SET NAMES utf8mb4 */;\n")
        insert(out, "forums", (f"({number},0,{number * 2},{number * 2 + 1},'Board {number}')" for number in range(1, 6)))
        insert(out, "posts", phpbb_posts(writer, size, count))
        insert(out, "topics", (
            f"({number},{number % 5 + 1},{quoted('Topic ' + str(number))},{writer.account() + 2},{BEGINNING + number * 1200},{number * 20})"
            for number in range(1, count[0] // 20 + 2)))
        insert(out, "users", (
            f"({number + 2},0,'{name}',{BEGINNING - number},{BEGINNING + number},9,'',"
            f"'')" for number, name in enumerate(writer.names)))


def main():
    folder, size = pathlib.Path(sys.argv[1]), int(sys.argv[2]) * 1_000_000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 7
    folder.mkdir(parents=True, exist_ok=True)
    write_reddit(folder / "reddit.jsonl", size, seed)
    write_phpbb(folder / "phpbb.sql", size, seed)


if __name__ == "__main__":
    main()
