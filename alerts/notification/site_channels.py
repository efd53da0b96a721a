"""Site channels: the file in which a site says by which ways, beside e-mail, people can be told."""

import base64
import binascii
import datetime as dt
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from alerts.domain.bundling import Bundling
from alerts.domain.recipient import Channel
from alerts.errors import SettingsError
from alerts.notification.channels.addresses import check_url, network
from alerts.notification.channels.apprise import Apprise
from alerts.notification.channels.webhook import Endpoint, Webhook

BY_APPRISE = (Channel.SMS, Channel.TEAMS, Channel.SLACK, Channel.PAGER)
SHORTEST_SECRET = 24
"""Bytes: what the specification asks for at least."""
_TABLES = {"bundling", "webhook", "apprise"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteChannels:
    """What the file says; nothing where there is none."""

    senders: Mapping[Channel, Webhook | Apprise] = field(default_factory=dict)
    bundling: Bundling = field(default_factory=Bundling)


def read(text: str, now: Callable[[], dt.datetime]) -> SiteChannels:
    """The channels of a file's text. Raises SettingsError: what is wrong, never a secret of it."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError("CHANNELS_FILE is no TOML") from error
    _only(told, _TABLES, "CHANNELS_FILE")
    senders: dict[Channel, Webhook | Apprise] = {}
    if "webhook" in told:
        senders[Channel.WEBHOOK] = _webhook(_table(told, "webhook"), now)
    services = _table(told, "apprise")
    _only(services, set(BY_APPRISE), "[apprise]")
    for name, url in services.items():
        senders[Channel(name)] = Apprise.of(str(url), name)
    return SiteChannels(senders=senders, bundling=_bundling(_table(told, "bundling")))


def _bundling(told: Mapping[str, object]) -> Bundling:
    _only(told, {"more_than", "within_minutes"}, "[bundling]")
    least = {"more_than": 1, "within_minutes": 1}
    default = Bundling()
    usual = {"more_than": default.more_than, "within_minutes": default.within.seconds // 60}
    numbers = {name: told.get(name, usual[name]) for name in usual}
    for name, value in numbers.items():
        if not isinstance(value, int) or value < least[name]:
            raise SettingsError(f"{name} in [bundling] must be a whole number above 0")
    return Bundling(
        more_than=int(str(numbers["more_than"])),
        within=dt.timedelta(minutes=int(str(numbers["within_minutes"]))),
    )


def _webhook(told: Mapping[str, object], now: Callable[[], dt.datetime]) -> Webhook:
    _only(told, {"allow", "endpoints"}, "[webhook]")
    allowed = told.get("allow", [])
    if not isinstance(allowed, list):
        raise SettingsError("allow in [webhook] must be a list of networks")
    networks = tuple(network(str(each)) for each in allowed)
    endpoints = {}
    for name in _table(told, "endpoints"):
        each = _table(_table(told, "endpoints"), name)
        _only(each, {"url", "secrets"}, f"the webhook {name}")
        url = str(each.get("url", ""))
        check_url(url, networks)
        endpoints[name] = Endpoint(url=url, secrets=_secrets(each.get("secrets"), name))
    return Webhook(endpoints=endpoints, now=now, allowed=networks)


def _secrets(told: object, name: str) -> tuple[bytes, ...]:
    wrong = SettingsError(
        f"the webhook {name} needs secrets, the newest first: whsec_ and {SHORTEST_SECRET} bytes"
        " or more in base64"
    )
    if not isinstance(told, list) or not told:
        raise wrong
    try:
        secrets = tuple(
            base64.b64decode(str(each).removeprefix("whsec_"), validate=True) for each in told
        )
    except binascii.Error as error:
        raise wrong from error
    if any(len(each) < SHORTEST_SECRET for each in secrets):
        raise wrong
    return secrets


def _table(told: Mapping[str, object], name: str) -> dict[str, object]:
    found = told.get(name, {})
    if not isinstance(found, dict):
        raise SettingsError(f"{name} in CHANNELS_FILE must be a table")
    return found


def _only(told: Mapping[str, object], known: set[str] | set[Channel], where: str) -> None:
    odd = sorted(set(told) - {str(each) for each in known})
    if odd:
        raise SettingsError(f"{where} does not know: {', '.join(odd)}")
