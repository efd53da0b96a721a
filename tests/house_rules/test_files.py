"""What every file must keep to: short, captioned, finished, and at home on any machine."""

import ast
import re

import pytest

from tests.house_rules.sources import MIGRATIONS, programs, text, tracked

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
OF_A_MACHINE = re.compile(r"(?<![\w.$}])/(home|Users|root|work|mnt|opt)/\w")
NOT_WRITTEN_HERE = (".svg", ".png", ".ico", ".ttf", ".lock", ".min.js", "htmx.js")

OURS = programs("alerts/", "workers/", "tests/", "tools/", "benchmarks/")


def functions(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [each for each in ast.walk(tree) if isinstance(each, kinds)]


@pytest.mark.parametrize("path", OURS)
def test_a_program_says_what_it_holds_and_is_short(path: str):
    source = text(path)
    assert len(source.splitlines()) <= LONGEST_FILE
    if path.startswith(MIGRATIONS) or not source.strip():
        return
    tree = ast.parse(source)
    caption = ast.get_docstring(tree)
    assert caption, "a program opens with one line that says what it holds"
    if path.startswith(("alerts/", "workers/")):
        for each in functions(tree):
            lines = (each.end_lineno or each.lineno) - each.lineno + 1
            assert lines <= LONGEST_FUNCTION, f"{each.name} has {lines} lines"


@pytest.mark.parametrize("path", programs("alerts/", "workers/"))
def test_a_class_says_what_it_stands_for(path: str):
    if path.startswith(MIGRATIONS):
        return
    classes = [each for each in ast.walk(ast.parse(text(path))) if isinstance(each, ast.ClassDef)]
    unsaid = [each.name for each in classes if not ast.get_docstring(each)]
    assert unsaid == []


def test_nothing_is_left_for_later():
    left = [each for each in OURS if UNFINISHED.search(text(each))]
    assert left == []


def test_no_file_names_a_place_on_somebodys_machine():
    written = [each for each in tracked() if not each.endswith(NOT_WRITTEN_HERE)]
    found = [each for each in written if OF_A_MACHINE.search(text(each))]
    assert found == []


def test_no_room_is_a_drawer_for_anything():
    drawers = {"utils", "util", "common", "helpers", "core", "base", "services", "managers", "misc"}
    found = [each for each in OURS if drawers & set(each.removesuffix(".py").split("/"))]
    assert found == []
