"""Scenes about who may: refusals, searches, and what changes somebody's access."""

import pytest

from alerts.audit.event import AuditType
from alerts.domain.actor import Role
from alerts.domain.rights import Right
from alerts.errors import MayNot
from alerts.pathway import admit, clarify, rights
from alerts.pathway.rights import Request
from tests.integration.audit.scenes import brings
from tests.toolbox import Bench


@brings(AuditType.CHARTS_LISTED, AuditType.CHARTS_SEARCHED)
def decisions_are_listed_and_searched(bench: Bench) -> None:
    clarify.decided(None, "", bench.person(), bench.tools)
    clarify.decided(None, "MRN-p1", bench.person(), bench.tools)


@brings(AuditType.ACCESS_REFUSED)
def an_auditor_asks_for_the_worklist(bench: Bench) -> None:
    password = admit.add_person("eve", "Eve", "eve@hospital.example", Role.AUDITOR, bench.tools)
    token = admit.sign_in("eve", password, bench.tools)
    with pytest.raises(MayNot):
        rights.admit(token, Request(right=Right.SEE_WORKLIST), bench.tools)
