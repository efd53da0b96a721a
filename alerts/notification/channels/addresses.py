"""Addresses: where a webhook may go. Names are looked up here, and it goes where we looked.

So that nobody makes us ask a service of the hospital's own network: an address that is not of the
public internet is refused, unless the site allows its network. Since the request goes to the
address that was checked, the name cannot mean another one a moment later.
"""

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from alerts.errors import PermanentFailure, SettingsError, TemporaryFailure

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One address of the web, checked: `host` for its certificate, `address` to connect to."""

    host: str
    port: int
    address: Address


def check_url(url: str, allowed: Sequence[Network]) -> None:
    """Raises SettingsError for what is not https, save on this machine."""
    parts = urlsplit(url)
    if not parts.hostname or parts.username or parts.password:
        raise SettingsError(
            f"a webhook needs an address like https://host/path, not {parts.scheme}:"
        )
    is_here = _is_loopback(parts.hostname) and any(_LOOPBACK.overlaps(each) for each in allowed)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here):
        raise SettingsError(f"the webhook to {parts.hostname} must begin with https://")


def target(url: str, allowed: Sequence[Network]) -> Target:
    """Where that address leads now. Raises PermanentFailure when it may not be gone there."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise TemporaryFailure("the name could not be looked up") from error
    addresses = [ip_address(str(each[4][0]).partition("%")[0]) for each in found]
    if not all(may_go(each, allowed) for each in addresses):
        raise PermanentFailure("the address lies in a network that is not allowed")
    return Target(host=host, port=port, address=addresses[0])


def may_go(address: Address, allowed: Sequence[Network]) -> bool:
    """Whether that is of the public internet, or of a network that the site allows."""
    plain = (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
    if any(plain in network for network in allowed):
        return True
    return plain.is_global and not plain.is_multicast


def network(text: str) -> Network:
    """A network as the site wrote it. Raises SettingsError."""
    try:
        return ip_network(text)
    except ValueError as error:
        raise SettingsError(f"{text} is no network such as 10.1.2.0/24") from error


_LOOPBACK = ip_network("127.0.0.0/8")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
