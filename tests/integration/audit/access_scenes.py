"""Scenes about who may: refusals, searches, sign-in, and what changes somebody's access."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest

from alerts.audit.event import AuditType
from alerts.audit.reading import Asked, ListForm
from alerts.credentials import new_key
from alerts.domain.actor import Role
from alerts.domain.broken_glass import GlassReason
from alerts.domain.disclosure import AccountingForm
from alerts.domain.hospital import Claimed, Journey, RoleRule
from alerts.domain.rights import Right, Thing
from alerts.domain.sign_in import Told
from alerts.errors import MayNot, WrongPassword
from alerts.pathway import (
    administer,
    admit,
    break_glass,
    clarify,
    explain,
    hospital_sign_in,
    own_account,
    rights,
)
from alerts.pathway.account_disclosures import account_disclosures
from alerts.pathway.break_glass import Wanted
from alerts.pathway.promised_access import Hospital
from alerts.pathway.read_audit import export_audit, read_audit, search
from alerts.pathway.rights import Request
from alerts.pathway.sign_in import sign_in, sign_out
from tests.integration.audit.scenes import brings
from tests.integration.steps import an_order, code_of, pushed
from tests.toolbox import Bench

NEW_PASSWORD = "a new and longer password"  # noqa: S105 - invented


def _somebody(bench: Bench, role: Role = Role.ONCOLOGIST) -> Told:
    password = admit.add_person("eve", "Eve", "eve@hospital.example", role, bench.tools)
    return Told(name="eve", password=password)


@brings(AuditType.CHARTS_LISTED, AuditType.CHARTS_SEARCHED)
def decisions_are_listed_and_searched(bench: Bench) -> None:
    clarify.decided(None, "", bench.person(), bench.tools)
    clarify.decided(None, "MRN-p1", bench.person(), bench.tools)


@brings(AuditType.ACCESS_REFUSED)
def an_auditor_asks_for_the_worklist(bench: Bench) -> None:
    token = sign_in(_somebody(bench, Role.AUDITOR), bench.tools)
    with pytest.raises(MayNot):
        rights.admit(token, Request(right=Right.SEE_WORKLIST), bench.tools)


@brings(AuditType.SIGNED_IN, AuditType.SIGN_IN_REFUSED, AuditType.SIGNED_OUT)
def somebody_signs_in_and_out(bench: Bench) -> None:
    told = _somebody(bench)
    with pytest.raises(WrongPassword):
        sign_in(Told(name="eve", password="wrong"), bench.tools)  # noqa: S106 - invented
    sign_out(sign_in(told, bench.tools), bench.person("eve"), bench.tools)


@brings(
    AuditType.PASSWORD_CHANGED,
    AuditType.SECOND_STEP_BEGUN,
    AuditType.SECOND_STEP_ON,
    AuditType.SECOND_STEP_OFF,
)
def somebody_changes_the_own_account(bench: Bench) -> None:
    told = _somebody(bench)
    eve = bench.person("eve")
    own_account.change_password(told.password, NEW_PASSWORD, new_key(), eve, bench.tools)
    own_account.begin_second_step(bench.person("eve"), bench.tools)
    eve = bench.person("eve")
    own_account.confirm_second_step(code_of(eve, bench), eve, bench.tools)
    own_account.end_second_step(NEW_PASSWORD, bench.person("eve"), bench.tools)


@brings(AuditType.PERSON_DISABLED, AuditType.PERSON_ENABLED, AuditType.ROLE_CHANGED)
def somebody_is_disabled_enabled_and_given_another_role(bench: Bench) -> None:
    _somebody(bench)
    administer.disable("eve", bench.tools)
    administer.enable("eve", bench.tools)
    administer.set_role("eve", Role.AUDITOR, bench.tools)


@brings(AuditType.PERSON_UPDATED)
def the_hospital_tells_a_new_name(bench: Bench) -> None:
    told = Claimed(
        issuer="https://sso.example", subject="1", display_name="Eve", email="", groups=("Audit",)
    )
    rules = (RoleRule(role=Role.AUDITOR, group="Audit"),)
    for name in ("Eve", "Eve Newname"):
        provider = Standing(replace(told, display_name=name))
        tools = replace(bench.tools, hospital=Hospital(provider=provider, rules=rules))
        hospital_sign_in.leave("a browser", "/status", tools)
        hospital_sign_in.come_back({"state": "state"}, "a browser", tools)


@dataclass(frozen=True)
class Standing:
    """A provider that confirms one account to whoever asks."""

    told: Claimed

    def leave(self) -> tuple[str, Journey]:
        return "https://sso.example", Journey(state="state", nonce="", verifier="")

    def come_back(self, answer: Mapping[str, str], journey: Journey) -> Claimed:
        return self.told

    def sign_out_address(self) -> str:
        return ""


@brings(AuditType.GLASS_BROKEN, AuditType.GLASS_REVIEWED, AuditType.BROKEN_GLASS_VIEWED)
def a_patient_is_opened_with_a_reason_and_looked_at(bench: Bench) -> None:
    alert = pushed(bench, an_order()).alert
    _somebody(bench)
    wanted = Wanted(
        thing=Thing.ALERT, id=alert.id, reason=GlassReason.EMERGENCY, words="on call tonight"
    )
    glass = break_glass.break_glass(wanted, bench.person("eve"), bench.tools)
    break_glass.listed(bench.person(), bench.tools)
    break_glass.review(glass.id, bench.person(), bench.tools)


@brings(AuditType.STORY_VIEWED, AuditType.SILENCE_EXPLAINED)
def an_alert_is_read_as_a_story_and_a_silence_explained(bench: Bench) -> None:
    alert = pushed(bench, an_order()).alert
    assert alert
    explain.story(alert.id, bench.person(), bench.tools)
    explain.why_silent("p1", bench.person(), bench.tools)


@brings(AuditType.DISCLOSURES_TAKEN)
def disclosures_are_accounted_for(bench: Bench) -> None:
    patient = pushed(bench, an_order()).patient_id
    account_disclosures(patient, AccountingForm.PDF, bench.person(), bench.tools)


@brings(AuditType.AUDIT_VIEWED, AuditType.AUDIT_LISTED, AuditType.AUDIT_ASKED)
def the_trail_is_read_and_taken_along(bench: Bench) -> None:
    read_audit(Asked(), bench.person(), bench.tools)
    search(Asked(), 10, "", bench.tools)
    list(export_audit(Asked(), ListForm.CSV, bench.person(), bench.tools))
