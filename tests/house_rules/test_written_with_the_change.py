"""No method of a repository changes a row without its event: `audit` is a required argument."""

import ast
from collections.abc import Iterator
from functools import cache

import pytest

from tests.house_rules.sources import MIGRATIONS, programs, text

ROOM = "alerts.persistence."
WRITES = {"insert", "update", "delete"}
WITHOUT_AN_EVENT = {
    "Trail": "it is the trail itself",
    "Tree": "what seals the trail; an event of its own would need a seal again",
    "Watching": "marks of life tell nothing of a patient and decide nothing",
    "Charts": "what a delivery says; its event is that of the delivery that is assessed",
    "Submissions.claim": "a lease of a worker; what comes of it has its event",
    "Submissions.give_back": "the lease ends",
    "Notices.claim": "it writes the event of each attempt itself",
    "Notices.hurry": "it writes the event of each notice itself",
    "Decisions.keep_until": "the decision is the same; only when it is looked at again",
    "SignIns.tries": "tries that count no more are forgotten",
    "SignIns.add_try": "each try ends in a refusal or a sign-in, which has its event",
    "SignIns.forgive": "as above",
    "SignIns.in_session": "that a session is used; each view has its event",
    "SignIns.close_all": "what makes it necessary has its event",
    "HospitalVisits": "a trip ends in a refusal or a sign-in, which has its event",
    "People.use_step": "the sign-in has its event",
    "Withheld.lift": "the notices that are queued instead have their events",
}


class Module:
    """One module's functions by name, and which of them write, themselves or through another."""

    def __init__(self, path: str) -> None:
        self.tree = ast.parse(text(path))
        self.functions = {
            each.name: each for each in ast.walk(self.tree) if isinstance(each, ast.FunctionDef)
        }
        self.borrowed = {
            alias.name: f"{each.module.replace('.', '/')}.py"
            for each in ast.walk(self.tree)
            if isinstance(each, ast.ImportFrom) and (each.module or "").startswith(ROOM)
            for alias in each.names
        }

    def writes(self, function: ast.FunctionDef, seen: frozenset[str] = frozenset()) -> bool:
        called = {_name(each) for each in ast.walk(function) if isinstance(each, ast.Call)}
        if called & WRITES:
            return True
        others = (called & self.functions.keys()) - seen - {function.name}
        if any(self.writes(self.functions[each], seen | called) for each in others):
            return True
        return any(read(self.borrowed[each]).does(each) for each in called & self.borrowed.keys())

    def does(self, name: str) -> bool:
        """Whether a function of this module, by its name, writes."""
        return name in self.functions and self.writes(self.functions[name])

    def methods(self) -> Iterator[tuple[str, ast.FunctionDef]]:
        """The methods that others call, by their qualified names."""
        for group in ast.walk(self.tree):
            if isinstance(group, ast.ClassDef):
                for each in group.body:
                    if isinstance(each, ast.FunctionDef) and not each.name.startswith("_"):
                        yield f"{group.name}.{each.name}", each


@cache
def read(path: str) -> Module:
    """A module of the room, read once."""
    return Module(path)


def _name(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr if _is_self(function.value) else ""
    return function.id if isinstance(function, ast.Name) else ""


def _is_self(value: ast.expr) -> bool:
    return isinstance(value, ast.Name) and value.id == "self"


def unaudited(path: str) -> Iterator[str]:
    """The methods of a module that write and take no event."""
    module = read(path)
    for name, method in module.methods():
        arguments = {each.arg for each in (*method.args.args, *method.args.kwonlyargs)}
        if module.writes(method) and "audit" not in arguments:
            yield name


@pytest.mark.parametrize("path", programs("alerts/persistence/"))
def test_whatever_writes_takes_its_event(path: str):
    if path.startswith(MIGRATIONS):
        return
    found = {
        name
        for name in unaudited(path)
        if not {name, name.partition(".")[0]} & WITHOUT_AN_EVENT.keys()
    }
    assert found == set()


def test_nothing_is_excused_that_does_not_write():
    paths = [each for each in programs("alerts/persistence/") if not each.startswith(MIGRATIONS)]
    writing = {name for each in paths for name in unaudited(each)}
    names = writing | {name.partition(".")[0] for name in writing}
    assert WITHOUT_AN_EVENT.keys() - names == set()
