"""Clinicians in our words: how to reach a Practitioner, a PractitionerRole or a CareTeam."""

from alerts.domain.chart import Clinician
from alerts.domain.codes import Coding
from alerts.domain.recipient import is_one_mailbox
from alerts.fhir.fields import Element
from alerts.fhir.references import Scope

# http://hl7.org/fhir/R4/valueset-contact-point-use.html: those for work first, private ones last.
_USES = {"work": 0, "mobile": 1, "": 1, "temp": 1, "home": 2}
_LAST_RANK = 99
_NOT_CLINICIANS = frozenset({"Patient", "RelatedPerson"})


def practitioner(person: Element, _scope: Scope) -> Clinician:
    """A Practitioner."""
    return Clinician(name=_name(person), emails=_emails(person), identifiers=_identifiers(person))


def role(held: Element, scope: Scope) -> Clinician:
    """A PractitionerRole; it stands for its Practitioner."""
    return Clinician(
        emails=_emails(held),
        identifiers=_identifiers(held),
        specialties=(*_codings(held, "specialty"), *_codings(held, "code")),
        stands_for=scope.keys((held.child("practitioner"),), "Practitioner"),
    )


def care_team(team: Element, scope: Scope) -> Clinician:
    """A CareTeam; it stands for its members in their order."""
    members = (each.child("member") for each in team.each("participant"))
    keys = scope.keys(members, "Practitioner")
    return Clinician(
        name=team.text("name"),
        emails=_emails(team),
        stands_for=tuple(key for key in keys if key.type not in _NOT_CLINICIANS),
    )


def _name(person: Element) -> str:
    for name in person.each("name"):
        parts = (*name.texts("prefix"), *name.texts("given"), name.text("family"))
        found = name.text("text") or " ".join(part for part in parts if part)
        if found:
            return found
    return ""


def _emails(clinician: Element) -> tuple[str, ...]:
    """Mail addresses in force, the best first. Whoever is no longer active has none."""
    if clinician.text("active").casefold() == "false" or clinician.raw.get("active") is False:
        return ()
    found = [
        (_USES[each.text("use")], _rank(each), address)
        for each in _contacts(clinician)
        if each.text("system") == "email" and each.text("use") in _USES
        for address in _address(each)
    ]
    ordered = sorted(found, key=lambda each: each[:2])
    return tuple(dict.fromkeys(address for _, _, address in ordered))


def _contacts(clinician: Element) -> tuple[Element, ...]:
    """The contact points; R5's PractitionerRole keeps them under contact."""
    nested = [each for held in clinician.each("contact") for each in held.each("telecom")]
    return (*clinician.each("telecom"), *nested)


def _address(contact: Element) -> tuple[str, ...]:
    value = contact.text("value").removeprefix("mailto:")
    if is_one_mailbox(value):
        return (value,)
    contact.complain("value", "must be one mail address")
    return ()


def _rank(contact: Element) -> int:
    rank = contact.text("rank")
    return int(rank) if rank.isascii() and rank.isdigit() and len(rank) < 3 else _LAST_RANK


def _identifiers(clinician: Element) -> tuple[str, ...]:
    """Business identifiers such as an NPI, as `system|value`; those no longer in use are none."""
    found = (
        f"{each.text('system')}|{each.text('value')}"
        for each in clinician.each("identifier")
        if each.text("system") and each.text("value") and each.text("use") != "old"
    )
    return tuple(dict.fromkeys(found))


def _codings(element: Element, name: str) -> tuple[Coding, ...]:
    return tuple(coding for concept in element.concepts(name) for coding in concept.codings)
