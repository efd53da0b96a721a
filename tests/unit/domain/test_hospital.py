"""Hospital: which role the groups of a token give, and where the groups stand in it."""

import pytest

from alerts.domain.actor import Role
from alerts.domain.hospital import RoleRule, groups_in, role_of

RULES = (
    RoleRule(role=Role.ADMINISTRATOR, group="Admins"),
    RoleRule(role=Role.ONCOLOGIST, group="Oncology"),
)


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (("Oncology",), Role.ONCOLOGIST),
        (("Oncology", "Admins"), Role.ADMINISTRATOR),
        (("oncology",), None),
        ((), None),
    ],
)
def test_the_first_rule_that_fits_gives_the_role(groups, role):
    assert role_of(groups, RULES) is role


@pytest.mark.parametrize(
    ("claims", "claim", "groups"),
    [
        ({"groups": ["a", "b"]}, "groups", ("a", "b")),
        ({"groups": "a"}, "groups", ("a",)),
        ({"realm_access": {"roles": ["a"]}}, "realm_access.roles", ("a",)),
        ({"https://x.example/roles": ["a"]}, "https://x.example/roles", ("a",)),
        ({"groups": {"a": 1}}, "groups", ()),
        ({"realm_access": ["a"]}, "realm_access.roles", ()),
        ({}, "groups", ()),
    ],
)
def test_groups_are_found_by_name_or_by_path(claims, claim, groups):
    assert groups_in(claims, claim) == groups
