"""One concept of an ordered drug: what its codes and its words say together."""

from dataclasses import dataclass
from enum import StrEnum

from alerts.detection.drug_names.reader import DrugText, Verdict, read_drug_text
from alerts.detection.policy import Rules
from alerts.domain.codes import DRUG, EXACT_NAME, Coding, Concept, Member, canonical_system


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a concept says, the drugs that it may mean, and each coding that shows it."""

    said: Said
    drugs: tuple[str, ...] = ()
    shown: tuple[tuple[Coding, str], ...] = ()


_BY_TEXT = {Verdict.HOLD: Said.HOLD, Verdict.MATCH: Said.DRUG}


def read_concept(concept: Concept, rules: Rules) -> Read:
    """What codes and words of one concept say together: the codes first, then the words."""
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


def _known(coding: Coding, rules: Rules) -> Member | None:
    """The checkpoint inhibitor that this code is, directly or by the site's map."""
    found = rules.checkpoint_inhibitors.find(coding)
    if found or canonical_system(coding.system) == EXACT_NAME:
        return found
    target = rules.local_codes.find(coding)
    if target is None or not target.code:
        return None
    if target.system == DRUG:
        return Member(coding=coding, meaning=target.code, source=rules.local_codes.name)
    by_map = rules.checkpoint_inhibitors.find(target)
    return Member(coding=coding, meaning=by_map.meaning, source=by_map.source) if by_map else None


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
    if has_text or any(system in rules.drug_systems for system in systems):
        return Read(said=Said.OTHER)
    if any(rules.local_codes.find(each) is not None for each in local):
        return Read(said=Said.OTHER)
    if local:
        return Read(said=Said.UNMAPPED, shown=tuple((each, "") for each in local))
    return Read(said=Said.NOTHING)
