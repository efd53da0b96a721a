"""One concept of an ordered drug: what its codes and its words say together."""

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from alerts.detection.drug_names.reader import DrugText, Verdict, read_drug_text
from alerts.detection.policy import Rules
from alerts.domain.codes import (
    DRUG,
    EXACT_NAME,
    CodeMap,
    Coding,
    Concept,
    Member,
    canonical_system,
    is_short,
    normal_name,
    of_text,
)


class Said(StrEnum):
    """What a concept says.

    DRUG: a checkpoint inhibitor. HOLD: one that its text holds. DISAGREES: code and text name
    different drugs. UNSURE: a word or a code that may mean one. PASSING: one is named, maybe only
    in passing. OTHER: another drug. UNMAPPED: a local code alone. NOTHING: neither code nor word.
    """

    DRUG = "drug"
    HOLD = "hold"
    DISAGREES = "disagrees"
    UNSURE = "unsure"
    PASSING = "passing"
    OTHER = "other"
    UNMAPPED = "unmapped"
    NOTHING = "nothing"


AskedCodes = tuple[tuple[Coding, str | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a concept says, the drugs that it may mean, and each coding that shows it.

    `asked` are the local codes and the words of which a person may tell the drug, each with what
    was told (None: nothing yet); `doubt` is what would be said without that.
    """

    said: Said
    drugs: tuple[str, ...] = ()
    shown: tuple[tuple[Coding, str], ...] = ()
    asked: AskedCodes = ()
    doubt: Said | None = None


# http://terminology.hl7.org: why a value is missing, in FHIR's words and in those of version 3.
_ABSENCE = frozenset(
    {
        "http://terminology.hl7.org/CodeSystem/data-absent-reason",
        "http://hl7.org/fhir/data-absent-reason",
        "http://terminology.hl7.org/CodeSystem/v3-NullFlavor",
        "http://hl7.org/fhir/v3/NullFlavor",
    }
)
_BY_TEXT = {Verdict.HOLD: Said.HOLD, Verdict.MATCH: Said.DRUG}


@lru_cache(maxsize=2048)
def read_concept(concept: Concept, rules: Rules) -> Read:
    """What codes and words of one concept say together, and a person where words leave doubt.

    Hospitals order the same drugs in the same words over and over, so what was read is remembered.
    The site's map comes before what a person answered; both come after every code and name of ours.
    """
    concept = _without_absence(concept)
    read = _read(concept, rules)
    answered = _answered(concept, rules)
    unsure = _unsure_words(read, concept, rules)
    by_site = _told(unsure, rules.local_codes, rules)
    if by_site:
        return replace(_as_told(read, by_site), asked=answered)
    by_person = _told(unsure, rules.answers, rules)
    asked = (*answered, *((code, dict(by_person).get(code)) for code in unsure))
    if by_person:
        return replace(_as_told(read, by_person), asked=asked, doubt=read.said)
    if read.said is Said.UNMAPPED:
        short = [coding for coding, _ in read.shown if is_short(coding)]
        return replace(read, asked=tuple((coding, None) for coding in short))
    return replace(read, asked=asked, doubt=Said.UNMAPPED if answered else None)


def _read(concept: Concept, rules: Rules) -> Read:
    """The codes first, then the words."""
    known = [_known(each, rules) for each in concept.codings]
    coded = [member for member in known if member]
    texts = [read_drug_text(text, rules.drug_names) for text in _texts(concept)]
    if coded:
        return _of_code(coded, texts)
    by_text = _of_text(texts)
    if by_text is None:
        return _of_neither(concept, rules, has_text=bool(texts))
    if by_text.said is Said.DRUG and _is_other(concept, rules):
        return Read(said=Said.DISAGREES, drugs=by_text.drugs, shown=by_text.shown)
    return by_text


def read_protocol(protocol: str, rules: Rules) -> Read:
    """What a protocol code or a PlanDefinition's canonical says; nothing is never another drug."""
    name = protocol.split("|", 1)[0].rstrip("/").replace("#", "/").rpartition("/")[2]
    by_text = _of_text([read_drug_text(name.rpartition(":")[2], rules.drug_names)])
    return by_text or Read(said=Said.NOTHING)


def _texts(concept: Concept) -> list[str]:
    said = [concept.text, *(coding.display for coding in concept.codings)]
    return list(dict.fromkeys(text.strip() for text in said if text.strip()))


def _answered(concept: Concept, rules: Rules) -> AskedCodes:
    """The local codes that a person told, each with its drug."""
    return tuple(
        (coding, _drug_of(target, rules))
        for coding in concept.codings
        if coding.code.strip()
        and (target := rules.answers.find(coding)) is not None
        and rules.checkpoint_inhibitors.find(coding) is None
        and rules.local_codes.find(coding) is None
    )


def _unsure_words(read: Read, concept: Concept, rules: Rules) -> tuple[Coding, ...]:
    """The words that leave doubt, as codes: one answer settles every order that says the same."""
    if read.said not in {Said.UNSURE, Said.PASSING}:
        return ()
    names = rules.drug_names
    unsure = [
        text for text in _texts(concept) if read_drug_text(text, names).verdict is Verdict.REVIEW
    ]
    return tuple({code.code: code for text in unsure if (code := of_text(text))}.values())


def _told(codes: tuple[Coding, ...], told: CodeMap, rules: Rules) -> list[tuple[Coding, str]]:
    """Each of these codes that the map holds, with its drug; no drug when it is none of ours."""
    found = [(code, target) for code in codes if (target := told.find(code)) is not None]
    return [(code, _drug_of(target, rules)) for code, target in found]


def _drug_of(target: Coding, rules: Rules) -> str:
    if target.system == DRUG:
        return target.code
    member = rules.checkpoint_inhibitors.find(target) if target.code else None
    return member.meaning if member else ""


def _as_told(read: Read, told: list[tuple[Coding, str]]) -> Read:
    drugs = tuple(sorted({drug for _, drug in told if drug}))
    shown = tuple(told)
    if not drugs:
        return Read(said=Said.OTHER, shown=shown)
    said = Said.DRUG if all(drug for _, drug in told) else Said.DISAGREES
    return replace(read, said=said, drugs=drugs, shown=shown)


def _known(coding: Coding, rules: Rules) -> Member | None:
    """The checkpoint inhibitor that this code is: directly, by the site's map, or by an answer."""
    found = rules.checkpoint_inhibitors.find(coding)
    if found or canonical_system(coding.system) == EXACT_NAME:
        return found
    target = _mapped(coding, rules)
    drug = _drug_of(target, rules) if target else ""
    return Member(coding=coding, meaning=drug, source=rules.local_codes.name) if drug else None


def _mapped(coding: Coding, rules: Rules) -> Coding | None:
    """What the site's map says of a code, else what a person answered."""
    by_site = rules.local_codes.find(coding)
    return rules.answers.find(coding) if by_site is None else by_site


def _of_code(coded: list[Member], texts: list[DrugText]) -> Read:
    shown = tuple((member.coding, member.meaning) for member in coded)
    drugs = tuple(sorted({member.meaning for member in coded}))
    verdicts = {each.verdict for each in texts}
    if Verdict.HOLD in verdicts:
        return Read(said=Said.HOLD, drugs=drugs, shown=shown)
    if Verdict.MATCH in verdicts:
        named = {drug for each in texts if each.verdict is Verdict.MATCH for drug in each.drugs}
        said = [(it.coding, it.meaning) for each in texts for it in each.said]
        return Read(said=Said.DRUG, drugs=tuple(sorted({*drugs, *named})), shown=(*shown, *said))
    if Verdict.NO in verdicts:
        return Read(said=Said.DISAGREES, drugs=drugs, shown=shown)
    return Read(said=Said.DRUG, drugs=drugs, shown=shown)


def _of_text(texts: list[DrugText]) -> Read | None:
    """What the texts alone say: a hold before a match, a match before a doubt."""
    for verdict in (Verdict.HOLD, Verdict.MATCH, Verdict.REVIEW):
        chosen = [each for each in texts if each.verdict is verdict]
        if chosen:
            is_guess = all(each.is_guess for each in chosen)
            doubt = Said.UNSURE if is_guess else Said.PASSING
            return Read(
                said=_BY_TEXT.get(verdict, doubt),
                drugs=tuple(sorted({drug for each in chosen for drug in each.drugs})),
                shown=tuple((it.coding, it.meaning) for each in chosen for it in each.said),
            )
    return None


def _without_absence(concept: Concept) -> Concept:
    """The concept without what only says that nothing is known (code, display, or that as text)."""
    absent = [each for each in concept.codings if canonical_system(each.system) in _ABSENCE]
    if not absent:
        return concept
    words = {normal_name(word) for each in absent for word in (each.code, each.display)}
    return Concept(
        codings=tuple(each for each in concept.codings if each not in absent),
        text="" if normal_name(concept.text) in words else concept.text,
    )


def _is_other(concept: Concept, rules: Rules) -> bool:
    """A code of the concept is known to be another drug."""
    return any(rules.other_drugs.find(coding) for coding in concept.codings)


def _of_neither(concept: Concept, rules: Rules, *, has_text: bool) -> Read:
    """No checkpoint inhibitor is coded or named: another drug, a group, or a code unknown to us."""
    grouped = [found for each in concept.codings if (found := rules.drugs_to_review.find(each))]
    if grouped:
        shown = tuple((member.coding, member.meaning) for member in grouped)
        return Read(said=Said.UNSURE, shown=shown)
    systems = [canonical_system(each.system) for each in concept.codings if each.code.strip()]
    local = [each for each in concept.codings if each.code.strip() and each.system.strip()]
    is_known = _is_other(concept, rules) or any(each in rules.drug_systems for each in systems)
    if has_text or is_known:
        return Read(said=Said.OTHER)
    if any(_mapped(each, rules) is not None for each in local):
        return Read(said=Said.OTHER)
    if local:
        return Read(said=Said.UNMAPPED, shown=tuple((each, "") for each in local))
    return Read(said=Said.NOTHING)
