"""Names: the known names, laid out so that a text is read once and quickly."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from alerts.detection.drug_names.text import HANGUL, UNSPACED, split
from alerts.domain.codes import EXACT_NAME, Member, ValueSet

CONNECTORS = frozenset({"and", "und", "et", "y", "e", "plus"})
FUZZY_FROM = 8
"""Only names of so many letters are recognised with a slip of the pen."""

_GLUE = frozenset({"", "-", " ", ",", "_", "+", "/"})
_LONGEST_CODE = 5
_BEHIND_KOREAN = "주은는을를이가와과의로도"
"""Injection (주), or a particle."""
_END = 3
_INFLECTED = (1, 2, 3)
"""How many letters an inflection may add (`nivolumabum`, `ниволумабом`)."""


class Kind(StrEnum):
    """How a name was recognised, the surest first."""

    NAME = "name"
    REGIMEN = "regimen"
    REVIEW = "review"
    FUZZY = "fuzzy"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Known:
    """One known name: what it stands for and how sure that is."""

    member: Member
    kind: Kind


@dataclass(frozen=True, slots=True)
class DrugNames:
    """All known names. `phrases` by first word, longest first; `codes` by their bare characters."""

    phrases: dict[str, list[tuple[tuple[str, ...], Known]]] = field(default_factory=dict)
    codes: dict[str, Known] = field(default_factory=dict)
    code_heads: set[str] = field(default_factory=set)
    cjk: dict[str, Known] = field(default_factory=dict)
    cjk_pattern: re.Pattern[str] | None = None
    slips: dict[str, list[str]] = field(default_factory=dict)
    ends: set[str] = field(default_factory=set)
    stems: set[str] = field(default_factory=set)

    def nearly(self, word: str) -> Known | None:
        """The name that this word is but for one letter or its ending, if it is one drug alone."""
        if len(word) < FUZZY_FROM - 1 or word in self.phrases:
            return None
        for cut in _INFLECTED:
            if word[:-cut] in self.stems:
                _, known = self.phrases[word[:-cut]][-1]
                return Known(member=known.member, kind=Kind.FUZZY)
        if word[:_END] not in self.ends and word[-_END:] not in self.ends:
            return None  # one slip leaves one end of a long word as it was
        near = {name for slip in _slips(word) for name in self.slips.get(slip, ())}
        found = [self.phrases[name] for name in near if _is_one_off(word, name)]
        members = {known.member.meaning: known.member for each in found for _, known in each[-1:]}
        if len(members) != 1:
            return None
        return Known(member=next(iter(members.values())), kind=Kind.FUZZY)


def lay_out(sets: Iterable[tuple[ValueSet, Kind]]) -> DrugNames:
    """The names of these value sets; where a name stands twice, the first set has it."""
    names = DrugNames()
    for value_set, kind in sets:
        for (system, name), member in value_set.members.items():
            if system == EXACT_NAME and name == member.coding.code:
                _add(names, name, Known(member=member, kind=kind))
    for phrases in names.phrases.values():
        phrases.sort(key=lambda each: -len(each[0]))
    pattern = None
    if names.cjk:
        longest_first = sorted(names.cjk, key=len, reverse=True)
        pattern = re.compile("(?<![a-z])(?:" + "|".join(map(_unspaced, longest_first)) + ")")
    return DrugNames(
        phrases=names.phrases,
        codes=names.codes,
        code_heads=names.code_heads,
        cjk=names.cjk,
        cjk_pattern=pattern,
        slips=names.slips,
        ends=names.ends,
        stems=names.stems,
    )


def _unspaced(name: str) -> str:
    """The pattern of a name whose script sets things right behind it.

    In Korean only a dose form or a particle may stand there: 임핀지 is a drug, and 임핀지먼트 is an
    ailment of the shoulder.
    """
    if not re.match(f"[{HANGUL}]", name):
        return re.escape(name)
    ends = f"(?:(?![{HANGUL}])|(?=[{_BEHIND_KOREAN}]))"
    return f"(?<![{HANGUL}]){re.escape(name)}{ends}"


def code_at(names: DrugNames, words: tuple[str, ...], gaps: tuple[str, ...], at: int) -> int:
    """How many words from here on make up a known code, hyphen and space left out; 0 for none."""
    if at and gaps[at] == "" and words[at - 1].isascii():
        return 0
    most = min(_LONGEST_CODE, len(words) - at)
    for count in range(most, 0, -1):
        after = at + count
        if after < len(words) and gaps[after] == "" and words[after].isascii():
            continue
        if any(gaps[inner] not in _GLUE for inner in range(at + 1, after)):
            continue
        if "".join(words[at:after]) in names.codes:
            return count
    return 0


def _add(names: DrugNames, name: str, known: Known) -> None:
    words = split(name).words
    if not words:
        return
    if re.search(f"[{UNSPACED}]", name):
        names.cjk.setdefault(name, known)
    elif any(word.isdigit() for word in words):
        names.code_heads.add(words[0])
        names.codes.setdefault("".join(words), known)
    else:
        phrase = tuple(word for word in words if word not in CONNECTORS) or words
        listed = names.phrases.setdefault(phrase[0], [])
        if all(phrase != other for other, _ in listed):
            listed.append((phrase, known))
        if phrase != (name,) or known.kind is not Kind.NAME or len(name) < FUZZY_FROM:
            return
        names.stems.add(name)
        if name.isascii():
            names.ends.update((name[:_END], name[-_END:]))
            for slip in _slips(name):
                names.slips.setdefault(slip, []).append(name)


def _slips(word: str) -> Iterator[str]:
    """The word, and the word with each of its letters left out."""
    yield word
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]


def _is_one_off(left: str, right: str) -> bool:
    """One letter changed, added, left out, or two neighbours swapped, in words of like length."""
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    if len(left) != len(right):
        longer, shorter = (left, right) if len(left) > len(right) else (right, left)
        return longer[start + 1 :] == shorter[start:]
    swapped = left[start : start + 2] == right[start : start + 2][::-1]
    return left[start + 1 :] == right[start + 1 :] or (
        swapped and left[start + 2 :] == right[start + 2 :]
    )
