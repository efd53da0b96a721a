"""Wiring: builds the real tools from the settings. It knows every room."""

from functools import partial
from importlib.resources import files
from pathlib import Path
from uuid import uuid4

from alerts import clock
from alerts.detection.policy import Rules, load_policy
from alerts.domain.codes import ValueSet
from alerts.domain.recipient import Channel
from alerts.fhir.value_sets import load_value_set
from alerts.notification.channels.email import Email, MailServer
from alerts.notification.routing import MailPolicy
from alerts.pathway.tools import Tools
from alerts.persistence.engine import make_engine
from alerts.persistence.unit_of_work import begin
from alerts.queue import RedisBell
from alerts.settings import Settings

_DETECTION = files("alerts.detection")


def build(settings: Settings) -> Tools:
    """The tools of one process. Raises SettingsError; connects to nothing yet."""
    server = MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.mail_from,
        user=settings.smtp_user,
        password=settings.smtp_password,
        starttls=settings.smtp_starttls,
    )
    return Tools(
        begin=partial(begin, make_engine(settings.database_url)),
        now=clock.now,
        new_id=uuid4,
        rules=rules(settings.policy_file),
        mail_policy=MailPolicy(fallback=settings.fallback_email, domains=settings.mail_domains),
        senders={Channel.EMAIL: Email(server=server)},
        bell=RedisBell(settings.redis_url),
        public_url=settings.public_url,
        largest_body=settings.largest_body,
    )


def rules(policy_file: Path | None = None) -> Rules:
    """The rules that decide: the site's policy, else ours, and our value sets."""
    policy = policy_file.read_text() if policy_file else (_DETECTION / "policy.toml").read_text()
    return Rules(
        policy=load_policy(policy),
        checkpoint_inhibitors=_value_set("checkpoint-inhibitors"),
        fertility_consult=_value_set("fertility-consult"),
        fertility_preservation=_value_set("fertility-preservation"),
        fertility_services=_value_set("fertility-services"),
        no_reproductive_potential=_value_set("no-reproductive-potential"),
        fertility_care=_value_set("fertility-care"),
        cancer_diagnosis=_value_set("cancer-diagnosis"),
        ask_before_excluding=_value_set("ask-before-excluding"),
    )


def _value_set(name: str) -> ValueSet:
    return load_value_set((_DETECTION / "value_sets" / f"{name}.json").read_bytes())
