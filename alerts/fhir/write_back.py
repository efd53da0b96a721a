"""Write-back: the request by which a referral would be put into a feed's own FHIR server. Pure.

Nothing sends it yet: a site has to allow it, and name where and as whom.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from alerts.errors import SettingsError

_JSON = "application/fhir+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteBack:
    """One request to a FHIR server, complete but for who asks."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


def write_back(bundle: bytes, base: str) -> WriteBack:
    """The request that puts a referral's transaction there. Raises SettingsError for no address.

    Sent twice it makes one referral: each entry is conditional on its identifier.
    """
    if not base.startswith("https://"):
        raise SettingsError("a referral goes only to an address that begins with https://")
    headers = {"Content-Type": _JSON, "Accept": _JSON, "Prefer": "return=minimal"}
    return WriteBack(method="POST", url=base.rstrip("/"), headers=headers, body=bundle)
