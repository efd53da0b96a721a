"""Wiring: builds the real tools from the settings. It knows every room."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from importlib.resources import files
from pathlib import Path
from uuid import uuid4

from alerts import clock, disk
from alerts.detection.policy import Rules, load_policy
from alerts.domain.actor import Role
from alerts.domain.hospital import RoleRule
from alerts.domain.recipient import Channel
from alerts.domain.timetable import Responsibility
from alerts.errors import SettingsError
from alerts.fhir.value_folder import load_values, site_files
from alerts.guidance.site import load_site
from alerts.journal import Journal
from alerts.notification import site_channels
from alerts.notification.channels.dead_man import DeadManSwitch
from alerts.notification.channels.email import Email, MailServer
from alerts.notification.channels.witness_hook import WitnessHook
from alerts.notification.responsibility import load_responsibility
from alerts.notification.routing import MailPolicy
from alerts.notification.site_channels import SiteChannels
from alerts.oidc import Client, HospitalProvider
from alerts.pathway.notary import Notary, Witness
from alerts.pathway.operations import Operations
from alerts.pathway.promised_access import Hospital
from alerts.pathway.tools import Tools
from alerts.persistence.engine import make_engine
from alerts.persistence.unit_of_work import begin
from alerts.queue import RedisBell
from alerts.queue_state import look
from alerts.settings import Settings
from alerts.signing import KeyFolder, fits
from alerts.witness_file import WitnessFile

_DETECTION = files("alerts.detection")
_RESPONSIBILITY = files("alerts.notification") / "responsibility.toml"


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
    ways = channels(settings.channels_file)
    email = Email(server=server)
    policy = responsibility(settings.responsibility_file)
    return Tools(
        begin=partial(begin, make_engine(settings.database_url)),
        now=clock.now,
        new_id=uuid4,
        rules=rules(settings.policy_file, settings.values_folder),
        mail_policy=MailPolicy(fallback=settings.fallback_email, domains=settings.mail_domains),
        responsibility=policy,
        senders={Channel.EMAIL: email, **ways.senders},
        bell=RedisBell(settings.redis_url),
        public_url=settings.public_url,
        largest_body=settings.largest_body,
        is_shadow=settings.is_shadow,
        zone=policy.hours.zone,
        bundling=ways.bundling,
        journal=Journal(settings.receipt_journal) if settings.receipt_journal else None,
        referral_site=load_site(settings.referral_folder),
        hospital=_hospital(settings),
        operations=replace(_operations(settings), probe=email.probe),
        notary=_notary(settings),
    )


def _notary(settings: Settings) -> Notary:
    """Without AUDIT_KEYS nothing is signed, so that there is nothing to witness either."""
    if settings.audit_keys is None:
        return Notary()
    witnesses: list[Witness] = []
    file = WitnessFile(settings.witness_file) if settings.witness_file else None
    if file:
        witnesses.append(file)
    if settings.witness_url:
        witnesses.append(WitnessHook(url=settings.witness_url))
    return Notary(
        keys=KeyFolder(settings.audit_keys),
        witnesses=tuple(witnesses),
        kept=file,
        check=fits,
    )


def channels(channels_file: Path | None) -> SiteChannels:
    """By which ways, beside e-mail, the site can tell people. Raises SettingsError."""
    return site_channels.read(channels_file.read_text() if channels_file else "", clock.now)


def _hospital(settings: Settings) -> Hospital | None:
    """The hospital's sign-in, where the site has one. Raises SettingsError for an unknown role."""
    told = settings.hospital
    if told is None:
        return None
    unknown = [role for role, _ in told.roles if role not in set(Role)]
    if unknown:
        raise SettingsError(f"OIDC_ROLES names a role that there is not: {unknown[0]}")
    client = Client(
        issuer=told.issuer,
        client_id=told.client_id,
        client_secret=told.client_secret,
        scope=told.scope,
        groups_claim=told.groups_claim,
        redirect_uri=f"{settings.public_url}/sign-in/hospital/return",
        signed_out_uri=f"{settings.public_url}/signed-out",
    )
    rules = tuple(RoleRule(role=Role(role), group=group) for role, group in told.roles)
    return Hospital(provider=HospitalProvider(client), rules=rules)


def _operations(settings: Settings) -> Operations:
    url = settings.dead_man_url
    watched = tuple(filter(None, (settings.database_folder, settings.receipt_journal)))
    return Operations(
        look_at_broker=partial(look, settings.redis_url),
        look_at_disk=partial(disk.look, watched, settings.least_free) if watched else None,
        dead_man=DeadManSwitch(url=url) if url else None,
        silence=settings.feed_silence_hours,
        metrics_token=settings.metrics_token,
        audit_token=settings.audit_token,
    )


def responsibility(file: Path | None = None) -> Responsibility:
    """Who must answer by when: our defaults, or what the site puts in their place."""
    return load_responsibility((file or _RESPONSIBILITY).read_text())


def rules(policy_file: Path | None = None, values_folder: Path | None = None) -> Rules:
    """The rules that decide: our policy and value sets, or what the site puts in their place."""
    policy = policy_file.read_text() if policy_file else (_DETECTION / "policy.toml").read_text()
    values = load_values((raw for _, raw in value_files()), values_folder)
    sets = values.sets
    return Rules(
        policy=load_policy(policy),
        checkpoint_inhibitors=sets["CheckpointInhibitors"],
        fertility_consult=sets["FertilityConsult"],
        fertility_preservation=sets["FertilityPreservation"],
        fertility_services=sets["FertilityServices"],
        no_reproductive_potential=sets["NoReproductivePotential"],
        fertility_care=sets["FertilityCare"],
        cancer_diagnosis=sets["CancerDiagnosis"],
        ask_before_excluding=sets["AskBeforeExcluding"],
        drug_aliases=sets["CheckpointInhibitorAliases"],
        regimens=sets["Regimens"],
        drugs_to_review=sets["CheckpointInhibitorsToReview"],
        other_drugs=sets["NearMisses"],
        infusion_visits=sets["InfusionVisits"],
        drug_targets=sets["CheckpointInhibitorTargets"],
        local_codes=values.local_codes,
    )


def value_files(values_folder: Path | None = None) -> Iterator[tuple[str, bytes]]:
    """Each file of values by its name: ours, and then the site's."""
    ours = (_DETECTION / "value_sets").iterdir()
    for each in sorted(ours, key=lambda file: file.name):
        if each.name.endswith(".json"):
            yield each.name, each.read_bytes()
    for path in site_files(values_folder):
        yield str(path), path.read_bytes()
