"""Apprise: SMS, Teams, Slack and pagers through one library, which a site installs if it wants it.

Never e-mail: its mail sleeps between two messages. It tells neither why nor whether a failure is
final, so each one counts as passing; after a few the next way, and then the fallback, is told.
"""

import logging
import re
from dataclasses import dataclass, field
from importlib import import_module, util
from types import ModuleType
from urllib.parse import quote

from alerts.domain.notice import Message
from alerts.errors import SettingsError, TemporaryFailure
from alerts.notification.channels.patience import within
from alerts.notification.wording import words

PATIENCE = 20.0
PLACE = "{address}"
"""Stands in a service's address where a person's own is to stand."""
_ADDRESS = re.compile(r"[+@#A-Za-z0-9][\w.@+-]{1,99}", re.ASCII)

# It would write addresses with their passwords into the log.
logging.getLogger("apprise").setLevel(logging.CRITICAL)


def library() -> ModuleType:
    """The library. Raises SettingsError where it is not installed."""
    if util.find_spec("apprise") is None:
        raise SettingsError(
            "the channels file names services of Apprise, which is not installed:"
            " pip install 'oncofertility-alerts[apprise]'"
        )
    return import_module("apprise")


@dataclass(frozen=True, slots=True, kw_only=True)
class Apprise:
    """One channel through one of Apprise's services; `url` may leave a place for the address."""

    url: str = field(repr=False)

    @classmethod
    def of(cls, url: str, name: str) -> "Apprise":
        """The channel. Raises SettingsError for an address that Apprise does not know."""
        made = cls(url=url)
        if library().Apprise.instantiate(made.at("+41440000000")) is None:
            raise SettingsError(f"Apprise does not know the address of {name} in the channels file")
        return made

    def takes(self, address: str) -> bool:
        """A number or a name where the service asks for one, and nothing where it asks for none."""
        return bool(_ADDRESS.fullmatch(address)) if PLACE in self.url else not address

    def at(self, address: str) -> str:
        """The service's address for one person."""
        return self.url.replace(PLACE, quote(address, safe=""))

    def send(self, message: Message) -> None:
        """Hand the message over. Raises TemporaryFailure."""
        said, apprise = words(message), library()
        service = apprise.Apprise.instantiate(self.at(message.first.recipient.address))
        kind = apprise.NotifyType.WARNING if message.is_urgent() else apprise.NotifyType.INFO
        if service is None:
            raise TemporaryFailure("Apprise does not know the address")
        if not within(PATIENCE, lambda: service.notify(body=said.short, notify_type=kind)):
            raise TemporaryFailure("Apprise says that it failed")
