"""Trusted systems: the identifier systems by which two feeds may speak of one patient."""

import re
from collections.abc import Mapping
from typing import cast

from alerts.errors import SettingsError

KEY = "trusted_identifier_systems"

# RFC 3986: a scheme, a colon, no space. A system without one is a site's word for anything.
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
# These name no register of people: any system may put anything into them.
_NO_REGISTERS = frozenset({"urn:ietf:rfc:3986", "urn:ietf:rfc:4122"})


def trusted_systems(policy: Mapping[str, object]) -> frozenset[str]:
    """The systems that the policy trusts; none where it does not say. Raises SettingsError."""
    if KEY not in policy:
        return frozenset()
    chosen = policy[KEY]
    if not isinstance(chosen, dict):
        raise SettingsError(f"the policy's [{KEY}] needs a value and its source")
    choice = cast("dict[str, object]", chosen)
    systems, source = choice.get("value"), choice.get("source")
    if not isinstance(systems, list) or not all(isinstance(each, str) for each in systems):
        raise SettingsError(f"the policy's {KEY}.value must be a list of URIs")
    if not isinstance(source, str) or not source.strip():
        raise SettingsError(f"the policy's {KEY} names no source")
    for each in systems:
        _check(each)
    if len(set(systems)) != len(systems):
        raise SettingsError(f"the policy's {KEY}.value names one twice")
    return frozenset(systems)


def _check(system: str) -> None:
    if not _URI.fullmatch(system):
        raise SettingsError(f"the policy's {KEY}.value must hold URIs: {system!r} is none")
    if system in _NO_REGISTERS:
        raise SettingsError(f"the policy cannot trust {system}: it is no register of people")
