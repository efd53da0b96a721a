"""Mentions: where in a text which known name stands."""

from bisect import bisect_right
from dataclasses import dataclass

from alerts.detection.drug_names.names import CONNECTORS, DrugNames, Kind, Known, code_at
from alerts.detection.drug_names.text import Words

_MOST = 40
"""No drug field names more; what names more is read no further, so that work stays bounded."""
_JOINS = frozenset("+/&,(-[")


@dataclass(frozen=True, slots=True)
class Mention:
    """A known name and the words [start, end) that say it.

    `is_joined` when a sign or a word joins it to what stands before (`carbo/pem/pembro`).
    """

    start: int
    end: int
    known: Known
    is_joined: bool = False

    @property
    def kind(self) -> Kind:
        """How the name was recognised."""
        return self.known.kind


def mentions(words: Words, names: DrugNames) -> list[Mention]:
    """Every known name in the text, in order, each word used once."""
    found = _in_cjk(words, names) if words.has_cjk() else []
    place = 0
    while place < len(words.words) and len(found) < _MOST:
        each = _at(words, names, place)
        if each:
            found.append(each)
            place = each.end
        else:
            place += 1
    return sorted(found, key=lambda each: each.start)[:_MOST]


def _at(words: Words, names: DrugNames, place: int) -> Mention | None:
    word = words.words[place]
    if word in names.code_heads and (count := code_at(names, words.words, words.gaps, place)):
        known = names.codes["".join(words.words[place : place + count])]
        return _mention(words, place, place + count, known)
    for phrase, known in names.phrases.get(word, ()):
        end = _end_of(words, phrase, place)
        if end:
            return _mention(words, place, _after_suffix(words, end), known)
    slip = names.nearly(word)
    return _mention(words, place, place + 1, slip) if slip else None


def _mention(words: Words, start: int, end: int, known: Known) -> Mention:
    before = words.words[start - 1] if start else ""
    is_joined = bool(start) and (
        before in CONNECTORS or not _JOINS.isdisjoint(words.gaps[start].strip())
    )
    return Mention(start=start, end=end, known=known, is_joined=is_joined)


def _end_of(words: Words, phrase: tuple[str, ...], place: int) -> int:
    """Where the phrase that begins here ends, connecting words passed over; 0 if it is another."""
    at = place
    for wanted in phrase:
        while at > place and at < len(words.words) and words.words[at] in CONNECTORS:
            at += 1
        if at >= len(words.words) or words.words[at] != wanted:
            return 0
        if words.clauses[at] != words.clauses[place]:
            return 0
        at += 1
    return at


def _after_suffix(words: Words, end: int) -> int:
    """Past a biosuffix (`-jsgr`): four letters, by a hyphen, right after a known name."""
    has_suffix = end < len(words.words) and words.gaps[end] == "-" and len(words.words[end]) == 4
    return end + 1 if has_suffix and words.words[end].isascii() else end


def _in_cjk(words: Words, names: DrugNames) -> list[Mention]:
    found: list[Mention] = []
    hits = names.cjk_pattern.finditer(words.plain) if names.cjk_pattern else ()
    for hit in hits:
        start = bisect_right(words.starts, hit.start()) - 1
        found.append(Mention(start=start, end=start + 1, known=names.cjk[hit.group()]))
    return found
