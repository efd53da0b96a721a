"""The hospital's provider as a running process, and a service that trusts it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import httpx2

from alerts import settings
from alerts.domain.actor import Role
from alerts.domain.hospital import RoleRule
from alerts.oidc import Client, HospitalProvider
from alerts.pathway.promised_access import Hospital
from alerts.pathway.tools import Tools
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET

RULES = (
    RoleRule(role=Role.COORDINATOR, group="Fertility"),
    RoleRule(role=Role.ONCOLOGIST, group="Oncology"),
    RoleRule(role=Role.AUDITOR, group="Audit"),
)


@dataclass(frozen=True)
class RunningProvider:
    """Where it listens, and how to make it misbehave."""

    issuer: str
    public_url: str

    def misbehave(self, **how: object) -> None:
        told = {name.replace("_", "-"): value for name, value in how.items()}
        httpx2.post(f"{self.issuer}/misbehave", json=told).raise_for_status()


@contextmanager
def running_provider(public_url: str) -> Iterator[RunningProvider]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.oidc_provider", f"{public_url}/signed-out"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=settings.environment() | {"AUTHLIB_INSECURE_TRANSPORT": "1"},
    )
    try:
        yield RunningProvider(json.loads(process.stdout.readline()), public_url)
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stdout.close()


def trusting(tools: Tools, provider: RunningProvider) -> Tools:
    """The same tools, with that provider as the hospital's sign-in."""
    client = Client(
        issuer=provider.issuer,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        scope="openid profile email",
        groups_claim="groups",
        redirect_uri=f"{provider.public_url}/sign-in/hospital/return",
        signed_out_uri=f"{provider.public_url}/signed-out",
    )
    hospital = Hospital(provider=HospitalProvider(client), rules=RULES)
    return replace(tools, hospital=hospital, public_url=provider.public_url)
