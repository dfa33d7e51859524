"""Runs the Python examples and the commands for curl and psql of guides, as they are written.

    ENTANGLE_URL=… ENTANGLE_PG_PORT=… ENTANGLE_KEY=… ENTANGLE_WORKSPACE=… python guide.py GUIDE.md ...

Only the address and the port are exchanged for those of the running server. Every example must run, and
what it makes must not be empty.
"""

import os
import pathlib
import re
import subprocess
import sys

# What the examples make.
RESULTS = ["links", "months", "rows", "by_source", "counted"]


def as_here(text):
    text = text.replace("http://127.0.0.1:8717", os.environ["ENTANGLE_URL"])
    return re.sub(r"(port=|-p )5433", rf"\g<1>{os.environ['ENTANGLE_PG_PORT']}", text)


def blocks(text, language):
    return [as_here(block) for block in re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)]


def run_command(command):
    """A line after `$ `; psql is asked what the guide types at its prompt."""
    prompted = "SELECT source, count(*) FROM posts GROUP BY source"
    if "psql" in command:
        command += f" --tuples-only --command '\\dt' --command '{prompted}'"
    ran = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    print(f"$ {command.split('Bearer')[0]}\n{ran.stdout[:300]}{ran.stderr}")
    if ran.returncode != 0 or not ran.stdout.strip() or '"error"' in ran.stdout:
        sys.exit(f"failed: {command}")


made = {}
for guide in sys.argv[1:]:
    text = pathlib.Path(guide).read_text(encoding="utf-8")
    for block in blocks(text, "python"):
        exec(compile(block, guide, "exec"), made)
    for block in blocks(text, "console"):
        for line in block.splitlines():
            if re.match(r"\$ (curl|PGPASSWORD)", line):
                run_command(line.removeprefix("$ "))

for name in RESULTS:
    result = made.get(name)
    # The function that pages through a list shares its name with the rows of the last example.
    is_empty = result is None or callable(result) or len(result) == 0
    print(f"{name}: {'nothing' if is_empty else len(result)}")
    if is_empty:
        sys.exit(f"the guides make no {name}")
