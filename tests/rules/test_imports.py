"""The plan of the house, held against what its modules import and call."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
MODULES = sorted(path.relative_to(HOUSE).as_posix() for path in (HOUSE / "bot").rglob("*.py"))

# A room may import its own modules and rooms further down. A room that is not named here is one that only the
# commands join.
JOINED = 2
DEPTHS = {"__main__": 0, "cli": 1, "telegram": JOINED, "preview": JOINED} | {
    "storage": 3,
    "knowledge_files": 3,
    "settings": 3,
    "knowledge_mistakes": 4,
    "logs": 4,
    "plain_text": 4,
    "reading_grade": 4,
    "core": 5,
}

LIBRARIES = {
    "telegram": ("bot/telegram/",),
    "yaml": ("bot/knowledge_files.py",),
    "sqlalchemy": ("bot/storage/", "bot/migrations/"),
    "alembic": ("bot/storage/", "bot/migrations/"),
    "pydantic_settings": ("bot/settings.py",),
}
CORE_LIBRARIES = {"bot", "numpy", "pydantic", "rapidfuzz"}
# Of the standard library, what neither waits nor looks at anything outside of its arguments.
PURE = {
    *("abc", "base64", "bisect", "collections", "contextlib", "copy", "dataclasses", "datetime", "decimal"),
    *(
        "difflib",
        "enum",
        "fractions",
        "functools",
        "hashlib",
        "heapq",
        "html",
        "itertools",
        "json",
        "keyword",
    ),
    *(
        "math",
        "numbers",
        "operator",
        "re",
        "statistics",
        "string",
        "textwrap",
        "types",
        "typing",
        "unicodedata",
    ),
}
IMPURE_CALLS = {"open", "print", "input", "exec", "eval", "__import__", "breakpoint"}
CLOCK_CALLS = {"now", "utcnow", "today"}
ENVIRONMENT = {"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"}


def broken_rules(path: str, source: str) -> list[str]:
    """The rules of the house that a module at a path breaks."""
    tree = ast.parse(source)
    imported = sorted(set(imports(tree)))
    rules = [*wrong_rooms(path, imported), *wrong_libraries(path, imported), *environment(path, tree)]
    if path.startswith("bot/core/"):
        rules += [f"core imports {name}" for name in imported if not is_for_core(name)]
        rules += impure_calls(tree)
    return rules


def imports(tree: ast.Module) -> Iterator[str]:
    """Every imported module, wherever the import stands; names from ``bot`` itself are its rooms."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level:
            yield "a relative module"
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"bot.{alias.name}" for alias in node.names]
            yield from names if node.module == "bot" else [node.module]


def room(name: str) -> str:
    return name.split(".")[1]


def wrong_rooms(path: str, imported: list[str]) -> Iterator[str]:
    here = room(path.removesuffix(".py").replace("/", "."))
    for name in imported:
        if not name.startswith("bot.") or room(name) == here:
            continue
        there = room(name)
        if DEPTHS.get(here, JOINED) >= DEPTHS.get(there, JOINED):
            yield f"{here} imports {there}"


def wrong_libraries(path: str, imported: list[str]) -> Iterator[str]:
    for name in imported:
        library = name.split(".")[0]
        if library in LIBRARIES and not path.startswith(LIBRARIES[library]):
            yield f"{library} is imported outside of {' and '.join(LIBRARIES[library])}"


def environment(path: str, tree: ast.Module) -> Iterator[str]:
    if path == "bot/settings.py":
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "os" and node.attr in ENVIRONMENT:
            yield f"os.{node.attr} is read outside of settings"
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            for alias in node.names:
                if alias.name in ENVIRONMENT:
                    yield f"os.{alias.name} is read outside of settings"


def is_for_core(name: str) -> bool:
    top = name.split(".")[0]
    return top in PURE or (top in CORE_LIBRARIES and (top != "bot" or room(name) == "core"))


def impure_calls(tree: ast.Module) -> Iterator[str]:
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = ast.unparse(call.func)
        owner, _, last = name.rpartition(".")
        is_clock = last in CLOCK_CALLS and owner.rpartition(".")[2] in ("datetime", "date")
        if name in IMPURE_CALLS or is_clock:
            yield f"core calls {name}"


@pytest.mark.parametrize("path", MODULES)
def test_a_module_keeps_to_the_plan_of_the_house(path: str) -> None:
    assert broken_rules(path, (HOUSE / path).read_text()) == []


def test_there_are_modules_to_look_at() -> None:
    assert {"bot/cli.py", "bot/core/knowledge.py", "bot/knowledge_files.py"} <= set(MODULES)


def test_what_the_core_may_use_of_the_standard_library_is_part_of_it() -> None:
    assert sorted(PURE - sys.stdlib_module_names) == []


@pytest.mark.parametrize(
    ("path", "source", "rules"),
    [
        (
            "bot/core/text.py",
            "import re\nfrom bot.core.knowledge import Point\nfrom rapidfuzz import fuzz",
            [],
        ),
        ("bot/core/text.py", "import os.path", ["core imports os.path"]),
        ("bot/core/text.py", "def f():\n    from random import choice", ["core imports random"]),
        ("bot/core/text.py", "import requests", ["core imports requests"]),
        ("bot/core/text.py", "from . import knowledge", ["core imports a relative module"]),
        ("bot/core/text.py", "from bot import storage", ["core imports storage", "core imports bot.storage"]),
        ("bot/core/text.py", "open('x')", ["core calls open"]),
        (
            "bot/core/text.py",
            "import datetime\ndatetime.datetime.now()",
            ["core calls datetime.datetime.now"],
        ),
        ("bot/core/text.py", "from datetime import date\ndate.today()", ["core calls date.today"]),
        ("bot/core/text.py", "from datetime import datetime\ndatetime(2020, 1, 1)", []),
        ("bot/storage/talks.py", "import bot.cli", ["storage imports cli"]),
        ("bot/storage/talks.py", "from bot.settings import Settings", ["storage imports settings"]),
        ("bot/storage/talks.py", "import sqlalchemy.orm\nfrom bot.core.text import tokens", []),
        ("bot/telegram/staff.py", "import telegram.ext\nfrom bot.storage import Store", []),
        ("bot/telegram/staff.py", "from bot.telegram import rendering", []),
        ("bot/telegram/staff.py", "from bot.preview.server import Server", ["telegram imports preview"]),
        (
            "bot/telegram/staff.py",
            "from sqlalchemy import text",
            ["sqlalchemy is imported outside of bot/storage/ and bot/migrations/"],
        ),
        ("bot/preview/server.py", "import telegram", ["telegram is imported outside of bot/telegram/"]),
        ("bot/cli.py", "import yaml", ["yaml is imported outside of bot/knowledge_files.py"]),
        ("bot/cli.py", "import os\nos.environ['A']", ["os.environ is read outside of settings"]),
        ("bot/cli.py", "from os import getenv", ["os.getenv is read outside of settings"]),
        ("bot/settings.py", "import os\nimport pydantic_settings\nos.environ['A']", []),
        ("bot/__main__.py", "from bot.cli import app", []),
        ("bot/new_room.py", "from bot.cli import app", ["new_room imports cli"]),
        ("bot/new_room.py", "from bot.knowledge_files import load", []),
    ],
)
def test_a_step_off_the_plan_is_noticed(path: str, source: str, rules: list[str]) -> None:
    assert broken_rules(path, source) == rules
