"""Which identifier systems a site trusts: none unless it says so, each a register of people."""

import pytest

from alerts import wiring
from alerts.detection.trusted_systems import trusted_systems
from alerts.errors import SettingsError

REGISTER = "https://register.example/person"


def _policy(value: object, source: object = "a site") -> dict[str, object]:
    return {"trusted_identifier_systems": {"value": value, "source": source}}


def test_no_system_is_trusted_until_a_site_names_one():
    assert wiring.rules().policy.trusted_identifier_systems == frozenset()
    assert trusted_systems({}) == frozenset()


def test_a_site_names_the_registers_from_which_its_feeds_take_their_numbers():
    named = _policy([REGISTER, "urn:oid:1.2.36.146.595"])
    assert trusted_systems(named) == {REGISTER, "urn:oid:1.2.36.146.595"}


@pytest.mark.parametrize(
    "policy",
    [
        {"trusted_identifier_systems": [REGISTER]},
        _policy(REGISTER),
        _policy(["our numbers"]),
        _policy(["MRN"]),
        _policy([7]),
        _policy([REGISTER, REGISTER]),
        _policy(["urn:ietf:rfc:3986"]),
        _policy([REGISTER], source=" "),
    ],
)
def test_what_is_no_list_of_registers_with_a_source_is_refused(policy):
    with pytest.raises(SettingsError):
        trusted_systems(policy)
