"""Rights: who may do what, and how far, said role by role."""

import datetime as dt

import pytest

from alerts.domain.actor import Role
from alerts.domain.rights import TABLE, Extent, Right, Whose, extent, may, whose
from alerts.errors import MayNot
from tests.builders import a_person

NOW = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)
CLINICAL = {Right.ANSWER_ALERT, Right.ATTEST_CONSULT, Right.ANSWER_ORDER}
ABOUT_PATIENTS = CLINICAL | {
    Right.SEE_WORKLIST,
    Right.SEE_ALERT,
    Right.SEE_CHARTS,
    Right.SEE_CHART,
}


def test_every_right_is_in_the_table():
    assert set(TABLE) == set(Right)


def test_only_a_coordinator_reaches_everybodys_patients():
    for right in ABOUT_PATIENTS:
        reaching = {role for role in Role if extent(right, role) is Extent.ALL}
        assert reaching == {Role.COORDINATOR}


def test_an_administrator_answers_nothing_clinical():
    assert not [right for right in CLINICAL if may(right, Role.ADMINISTRATOR)]


def test_an_auditor_sees_no_patient_and_changes_nothing_but_the_own_account():
    granted = {right.value for right in Right if may(right, Role.AUDITOR)}
    assert granted == {"see-status", "own-account", "see-broken-glass", "read-audit"}


def test_whose_patients_are_meant_follows_from_the_extent():
    ada = a_person(role=Role.ONCOLOGIST)
    assert whose(Right.SEE_ALERT, ada, NOW) == Whose(person=ada.id, address=ada.email, at=NOW)
    assert whose(Right.SEE_ALERT, a_person(role=Role.COORDINATOR), NOW) is None
    with pytest.raises(MayNot):
        whose(Right.READ_AUDIT, ada, NOW)
