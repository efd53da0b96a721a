"""hospital_sign_in: somebody goes to the hospital's provider, comes back, and is let in.

The provider tells who it is and in which groups; the site's rules tell the role, anew each time.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from alerts.audit import access_entries, entries
from alerts.audit.event import AuditType
from alerts.credentials import new_key
from alerts.domain.actor import Person, PersonId, Role
from alerts.domain.hospital import Claimed, Journey, role_of
from alerts.errors import HospitalRefused, NotFound
from alerts.pathway.promised_access import Hospital
from alerts.pathway.sign_in import enter
from alerts.pathway.tools import Tools, UnitOfWork

UNDER_WAY = dt.timedelta(minutes=10)
"""For so long somebody may stay at the provider's pages."""
_NO_ROLE = (
    "Your hospital account has no role in this service. Ask who runs it here to give you one."
)


def leave(visit: str, wanted: str, tools: Tools) -> str:
    """The provider's address to which the browser with that mark is sent. Raises HospitalAway."""
    address, journey = _hospital(tools).provider.leave()
    with tools.begin() as work:
        work.hospital_visits.keep(journey, visit, wanted, tools.now() + UNDER_WAY)
        work.commit()
    return address


def come_back(answer: Mapping[str, str], visit: str, tools: Tools) -> tuple[str, str]:
    """The token of a new session, and where to go. Raises HospitalRefused, HospitalAway."""
    at, hospital = tools.now(), _hospital(tools)
    with tools.begin() as work:
        found = work.hospital_visits.take(answer.get("state", ""), visit, at)
        work.commit()
    claimed = _confirmed(answer, found[0] if found else None, hospital, tools)
    wanted = found[1] if found else ""
    role = role_of(claimed.groups, hospital.rules)
    with tools.begin() as work:
        known = _known(claimed, work)
        if role is None or (known and known.disabled_at):
            _note(known, "no-role" if role is None else "disabled", work, at)
            raise HospitalRefused(_NO_ROLE)
        person = _as_now(known, claimed, role, work, tools)
        token = new_key()
        enter(person, token, work, at)
        work.commit()
    return token, wanted


def sign_out_address(tools: Tools) -> str:
    """Where one signs out of the hospital's account as well; empty where there is none."""
    return tools.hospital.provider.sign_out_address() if tools.hospital else ""


def _confirmed(
    answer: Mapping[str, str], journey: Journey | None, hospital: Hospital, tools: Tools
) -> Claimed:
    """What the provider says of who came back by a trip of ours. Raises HospitalRefused."""
    try:
        if journey:
            return hospital.provider.come_back(answer, journey)
        refusal = HospitalRefused()
    except HospitalRefused as error:
        refusal = error
    with tools.begin() as work:
        _note(None, "not-confirmed", work, tools.now())
    raise refusal


def _hospital(tools: Tools) -> Hospital:
    if tools.hospital is None:
        raise NotFound
    return tools.hospital


def _known(claimed: Claimed, work: UnitOfWork) -> Person | None:
    """Who it is here: by the account, else one of that address who had no way to sign in yet.

    Somebody with a password is never taken over by an address.
    """
    found = work.people.of_hospital(claimed.issuer, claimed.subject)
    if found is None and claimed.email:
        return work.people.without_sign_in(claimed.email)
    return found


def _as_now(
    known: Person | None, claimed: Claimed, role: Role, work: UnitOfWork, tools: Tools
) -> Person:
    """The person as the provider tells now, added or changed where that is new."""
    at = tools.now()
    if known is None:
        person = Person(
            id=PersonId(tools.new_id()),
            name=f"{claimed.subject}@{claimed.issuer}",
            display_name=claimed.display_name,
            email=claimed.email,
            role=role,
            issuer=claimed.issuer,
            subject=claimed.subject,
        )
        work.people.add(person, audit=entries.person_added(person, at))
        return person
    person = replace(
        work.people.locked(known.id),
        display_name=claimed.display_name,
        email=claimed.email or known.email,
        role=role,
        issuer=claimed.issuer,
        subject=claimed.subject,
    )
    if person != known:
        is_role = person.role is not known.role
        kind = AuditType.ROLE_CHANGED if is_role else AuditType.PERSON_UPDATED
        event = access_entries.person_changed(kind, person, person, at)
        work.people.change(person, audit=event)
        if is_role:
            work.sign_ins.close_all(person.id)
    return person


def _note(person: Person | None, why: str, work: UnitOfWork, at: dt.datetime) -> None:
    work.trail.append(access_entries.sign_in_refused(person, why, at))
    work.commit()
