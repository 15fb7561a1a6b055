"""Sizes and names, held to the house's style."""

import ast
import re
from pathlib import Path
from statistics import median, quantiles

import pytest

HOUSE = Path(__file__).parents[2]
MODULES = sorted(path.relative_to(HOUSE).as_posix() for path in (HOUSE / "bot").rglob("*.py"))
MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 45
NAMES_OF_NOTHING = {"utils", "util", "helpers", "helper", "constants", "common", "misc"}
# What the bot knows of any condition stands in knowledge/, so that another document needs no other code.
A_CONDITION = re.compile("cervi|cerclage|curettage|uterus|vagina", re.IGNORECASE)


def source(path: str) -> str:
    return (HOUSE / path).read_text()


def functions(text: str) -> dict[str, int]:
    """The lines of each function from ``def`` to its end, by name and first line."""
    found = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {f"{node.name}, line {node.lineno}": (node.end_lineno or 0) - node.lineno + 1 for node in found}


def long_functions(text: str) -> list[str]:
    return [f"{name}: {lines} lines" for name, lines in functions(text).items() if lines > MOST_LINES_OF_A_FUNCTION]


def conditions(text: str) -> list[str]:
    lines = enumerate(text.splitlines(), start=1)
    return [f"line {number}: {found[0]}" for number, line in lines if (found := A_CONDITION.search(line))]


@pytest.mark.parametrize("path", MODULES)
def test_a_file_has_at_most_400_lines(path: str) -> None:
    assert len(source(path).splitlines()) <= MOST_LINES_OF_A_FILE


@pytest.mark.parametrize("path", MODULES)
def test_a_function_has_at_most_45_lines(path: str) -> None:
    assert long_functions(source(path)) == []


def test_most_functions_are_small() -> None:
    lines = [lines for path in MODULES for lines in functions(source(path)).values()]
    assert median(lines) <= 10
    assert quantiles(lines, n=10)[-1] <= 35


@pytest.mark.parametrize("path", MODULES)
def test_a_module_is_named_after_what_it_is_for(path: str) -> None:
    assert set(Path(path).with_suffix("").parts) & NAMES_OF_NOTHING == set()


@pytest.mark.parametrize("path", MODULES)
def test_nothing_in_the_code_names_a_condition(path: str) -> None:
    assert conditions(source(path)) == []


def test_a_long_function_and_a_condition_are_noticed() -> None:
    method = "class A:\n    async def long(self):\n" + "        pass\n" * 45
    assert long_functions(method) == ["long, line 2: 46 lines"]
    assert long_functions(method.removesuffix("        pass\n")) == []
    assert conditions("x = 1\n# A Cervix\n'a cerclage'") == ["line 2: Cervi", "line 3: cerclage"]
