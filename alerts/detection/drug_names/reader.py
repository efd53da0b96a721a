"""Reader: what one text says of a checkpoint inhibitor, by its names and the words beside them."""

from dataclasses import dataclass
from enum import StrEnum

from alerts.detection.drug_names import cues
from alerts.detection.drug_names.mentions import Mention, mentions
from alerts.detection.drug_names.names import CONNECTORS, DrugNames, Kind
from alerts.detection.drug_names.text import Words, split
from alerts.domain.codes import Member

_NEAR = 2
_SHORT = 4
_IN_TIME = frozenset({"after", "following", "completed", "post", "since"})
_AHEAD = frozenset({"before", "pre"})
_CLASS_PAIRS = frozenset(
    {("chemo", "io"), ("io", "maintenance"), ("io", "therapy"), ("io", "chemo")}
)
_TARGETS = frozenset({"checkpoint", "pd", "pdl", "ctla"})


class Verdict(StrEnum):
    """What a text says. NO: it names another drug, or an inhibitor that is not ordered."""

    MATCH = "match"
    REVIEW = "review"
    HOLD = "hold"
    NO = "no"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugText:
    """What a text says: the drugs that it names, and the names that it names them by.

    `is_guess` when no name stands there as we know it, only one like it or a word that may mean it.
    `is_other` when it names another drug and no checkpoint inhibitor.
    """

    verdict: Verdict
    drugs: tuple[str, ...] = ()
    said: tuple[Member, ...] = ()
    is_guess: bool = False
    is_other: bool = False


def read_drug_text(text: str, names: DrugNames) -> DrugText:
    """What this text of a drug field says. Never raises; its work grows with the length alone."""
    words = split(text)
    found = mentions(words, names)
    drugs = [each for each in found if each.kind is not Kind.OTHER]
    if not drugs:
        return _told(Verdict.NO, found[:1], is_other=True) if found else _class_text(words)
    stances = _stances(words, found)
    for verdict in (Verdict.HOLD, Verdict.MATCH, Verdict.REVIEW):
        chosen = [each for each, stance in stances if stance is verdict]
        if chosen:
            return _told(verdict, _beside(chosen, stances, verdict))
    return _told(Verdict.NO, drugs)


def _told(verdict: Verdict, chosen: list[Mention], *, is_other: bool = False) -> DrugText:
    said = tuple(dict.fromkeys(each.known.member for each in chosen))
    meant = {part for each in said for part in each.meaning.split("; ")}
    return DrugText(
        verdict=verdict,
        drugs=() if is_other else distinct_products(meant),
        said=said,
        is_guess=verdict is Verdict.REVIEW
        and all(each.kind in {Kind.FUZZY, Kind.REVIEW} for each in chosen),
        is_other=is_other,
    )


def distinct_products(drugs: set[str]) -> tuple[str, ...]:
    """These drugs, sorted; one that is part of a combination product among them is left out."""
    parts = {part for drug in drugs if " + " in drug for part in drug.split(" + ")}
    return tuple(sorted(drug for drug in drugs if drug not in parts))


def _beside(
    chosen: list[Mention], stances: list[tuple[Mention, Verdict]], verdict: Verdict
) -> list[Mention]:
    """With a sure name, the short word joined to it (`nivo + ipi`) is sure as well."""
    if verdict is not Verdict.MATCH:
        return chosen
    joined = [
        each
        for each, stance in stances
        if stance is Verdict.REVIEW and each.kind is Kind.REVIEW and each.is_joined
    ]
    return sorted([*chosen, *joined], key=lambda each: each.start)


def _stances(words: Words, found: list[Mention]) -> list[tuple[Mention, Verdict]]:
    told: list[tuple[Mention, Verdict]] = []
    is_blinded = _is_blinded(words)
    for place, each in enumerate(found):
        if each.kind is Kind.OTHER:
            continue
        verdict = _stance(words, found[:place], each)
        unsure = is_blinded or _is_doubtful(words, found, place)
        is_guess = verdict is Verdict.MATCH and each.kind in {Kind.FUZZY, Kind.REVIEW}
        if is_guess or (unsure and verdict is not Verdict.HOLD):
            verdict = Verdict.REVIEW
        told.append((each, verdict))
    return told


def _is_doubtful(words: Words, found: list[Mention], place: int) -> bool:
    """Paperwork or imaging is named before the drug, a later visit or a stranger right after it."""
    each = found[place]
    is_paper = not cues.PAPERWORK.isdisjoint(words.words[: each.end + _NEAR])
    is_image = not each.is_joined and not cues.IMAGING.isdisjoint(words.words[: each.start])
    following = words.words[each.end : each.end + 1]
    is_later = not cues.LATER_VISIT.isdisjoint(following)
    return is_paper or is_image or is_later or _is_word_too(words, found, place)


def _is_word_too(words: Words, found: list[Mention], place: int) -> bool:
    """A name so short that it is a word elsewhere (`nivo`: level) needs words of an order after."""
    each = found[place]
    name = each.known.member.coding.code
    if len(name) > _SHORT or not name.isascii() or each.end >= len(words.words):
        return False
    is_joined = place + 1 < len(found) and found[place + 1].start == each.end
    word = words.words[each.end]
    is_of_an_order = word.isdigit() or word in (cues.ORDINARY | cues.FOR | cues.FILLING | cues.HOLD)
    return not (is_joined or is_of_an_order)


def _stance(words: Words, earlier: list[Mention], each: Mention) -> Verdict:
    if not cues.TISSUE_TESTS.isdisjoint(words.words):
        return Verdict.NO
    if _is_held(words, each):
        return Verdict.HOLD
    verdicts = {_before(words, earlier, each), _after(words, each)}
    for verdict in (Verdict.NO, Verdict.REVIEW):
        if verdict in verdicts:
            return verdict
    return Verdict.MATCH


def _is_held(words: Words, each: Mention) -> bool:
    for place, word in enumerate(words.words):
        if word not in cues.HOLD or words.clauses[place] != words.clauses[each.start]:
            continue
        following = words.words[place + 1 : place + 2]
        is_conditional = place > each.start and following and following[0] in cues.CONDITION
        is_denied = place and words.words[place - 1] in cues.NEGATED
        if not is_conditional and not is_denied:
            return True
    return False


def _before(words: Words, earlier: list[Mention], each: Mention) -> Verdict:
    """What the words before the name in its clause say of it."""
    clause = words.clauses[each.start]
    first = each.start
    while first and words.clauses[first - 1] == clause:
        first -= 1
    cue = _nearest(words, earlier, each, first)
    if cue is not None:
        others = {words.words[other.start] for other in earlier if other.kind is Kind.OTHER}
        verdict = _by_cue(words, each, (first, cue), cues.BESIDE | others)
        if verdict is not None:
            return verdict
    named = {place for other in earlier for place in range(other.start, other.end)}
    rest = [place for place in range(first, each.start) if place not in named]
    said = [words.words[place] for place in rest]
    if any(word in cues.NO_BEFORE or word in cues.UNSURE_BEFORE for word in said):
        return Verdict.REVIEW
    if "for" in said:
        return Verdict.REVIEW
    is_plain = all(word.isdigit() or word in cues.ORDINARY for word in said)
    return Verdict.MATCH if is_plain or each.is_joined else Verdict.REVIEW


def _nearest(words: Words, earlier: list[Mention], each: Mention, first: int) -> int | None:
    """The nearest word before the name that fills nothing and names no drug joined to it."""
    ends = {other.end - 1: other.start for other in earlier}
    place, is_joined = each.start - 1, each.is_joined
    while place >= first:
        if place in ends and is_joined:
            place = ends[place] - 1
        elif words.words[place] in cues.FILLING and words.words[place] not in {"line"}:
            is_joined = is_joined or words.words[place] in CONNECTORS
            place -= 1
        else:
            return place
    return None


def _by_cue(
    words: Words, each: Mention, span: tuple[int, int], beside: frozenset[str]
) -> Verdict | None:
    """What the nearest word says: `span` is where the clause begins, and where that word stands."""
    first, cue = span
    word, earlier = words.words[cue], set(words.words[first:cue])
    if word in _IN_TIME and earlier and earlier.isdisjoint(beside):
        return Verdict.REVIEW
    if word in cues.NO_BEFORE:
        return Verdict.NO
    if word in cues.FOR:
        if word in _AHEAD:
            return Verdict.REVIEW
        is_beside = not earlier.isdisjoint(beside) or _harm_follows(words, each)
        return Verdict.NO if is_beside else Verdict.REVIEW
    return None


def _after(words: Words, each: Mention) -> Verdict:
    """What the words after the name say of it: at a distance, only that it may be refused."""
    clause, near = words.clauses[each.start], 0
    for place in range(each.end, len(words.words)):
        word = words.words[place]
        if words.clauses[place] != clause:
            break
        if near == 0 and word in cues.NO_AFTER:
            return Verdict.NO
        if near == 0 and word == "drug":
            continue
        if word in cues.REFUSED or (near < _NEAR and word in cues.UNSURE_AFTER):
            return Verdict.REVIEW
        if near == 0 and word in cues.HARM:
            return Verdict.REVIEW
        near += word not in cues.FILLING
    return Verdict.MATCH


def _harm_follows(words: Words, each: Mention) -> bool:
    return not cues.HARM.isdisjoint(words.words[each.end : each.end + _NEAR])


def _is_blinded(words: Words) -> bool:
    """A placebo is named, and not as the other arm of a blinded trial (`X or placebo`)."""
    said = words.words
    if cues.BLINDING not in said:
        return False
    at = said.index(cues.BLINDING)
    return "or" not in (*said[max(at - 1, 0) : at], *said[at + 1 : at + 2])


def _class_text(words: Words) -> DrugText:
    """No drug is named; perhaps the class is (`checkpoint inhibitor`, `PD-1 blockade`, `chemo-IO`).

    Tests, cells, harm and negations name it too: only what reads like an order is unsure.
    """
    said = words.words
    for place in range(1, len(said)):
        is_class = said[place - 1] in {"checkpoint", "1", "4"} and said[place].startswith(
            cues.CLASS_TAIL
        )
        if (is_class and not _TARGETS.isdisjoint(said)) or said[
            place - 1 : place + 1
        ] in _CLASS_PAIRS:
            is_other = not (cues.NO_BEFORE | cues.HARM | cues.NO_AFTER).isdisjoint(said)
            return DrugText(verdict=Verdict.NO if is_other else Verdict.REVIEW, is_guess=True)
    return DrugText(verdict=Verdict.NOTHING)
