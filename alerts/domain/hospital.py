"""Hospital: what the hospital's own sign-in tells of somebody, and which role that gives here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from alerts.domain.actor import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """One trip to the provider: what must come back, and what proves that it was asked here."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """Who somebody is by the word of the provider. `groups` decide the role."""

    issuer: str
    subject: str = field(repr=False)
    display_name: str
    email: str
    groups: Collection[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRule:
    """One line of the site's choice: whoever is in that group has that role."""

    role: Role
    group: str


def role_of(groups: Collection[str], rules: Sequence[RoleRule]) -> Role | None:
    """The role of the first rule that fits; None for somebody who has no business here."""
    return next((each.role for each in rules if each.group in groups), None)


def groups_in(claims: Mapping[str, object], claim: str) -> tuple[str, ...]:
    """What a claim says, by its name or by a path of names with dots (`realm_access.roles`)."""
    found: object = claims.get(claim)
    if found is None:
        found = claims
        for name in claim.split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        return (found,)
    return tuple(map(str, found)) if isinstance(found, list | tuple) else ()
