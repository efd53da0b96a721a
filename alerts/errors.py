"""Every error this service raises, drawn as a tree.

OncofertilityError
├── SettingsError            the environment or a file of the site is not usable
├── Refused                  a request that cannot be accepted; carries its problem
│   ├── NotJson · NotFhir · TooLarge · WrongMediaType · UnknownInteraction
│   ├── NotSignedIn · WrongPassword · TooManyTries · HospitalRefused
│   └── MayNot · NotFound (NotYours) · MoveRefused (Overtaken)
├── Unavailable              an outside part is away; asking again later may help
│   ├── HospitalAway · DatabaseAway · BrokerAway · Busy · DiskFull
├── DeliveryError            a notice did not reach its recipient
│   ├── TemporaryFailure · PermanentFailure
├── TrailBroken              the audit trail does not prove itself
└── EmbeddedError            a part of the one-machine service cannot start

A docstring is the message; `str()` gives what was passed, or the docstring's first line.
"""

import datetime as dt


class OncofertilityError(Exception):
    """Something went wrong in oncofertility-alerts."""

    def __str__(self) -> str:
        told = super().__str__()
        return told or (self.__doc__ or "").strip().splitlines()[0]


class SettingsError(OncofertilityError):
    """A setting is missing or cannot be used."""


class Refused(OncofertilityError):
    """The request cannot be accepted.

    `code` is a FHIR issue type (http://hl7.org/fhir/issue-type); `expression` says where.
    """

    code = "invalid"

    def __init__(self, text: str = "", *, expression: str = "") -> None:
        super().__init__(text) if text else super().__init__()
        self.expression = expression


class NotJson(Refused):
    """The body is not JSON."""

    code = "structure"


class NotFhir(Refused):
    """The body is JSON, but not a FHIR resource that this service can take."""

    code = "invalid"


class TooLarge(Refused):
    """The body is larger than this service takes."""

    code = "too-long"


class WrongMediaType(Refused):
    """The body's media type is not one that this service reads."""

    code = "not-supported"


class UnknownInteraction(Refused):
    """This service does not offer that interaction."""

    code = "not-supported"


class NotSignedIn(Refused):
    """Sign in first, or present a feed key that is in force."""

    code = "login"


class WrongPassword(Refused):
    """The name, the password or the code is wrong."""

    code = "login"


class TooManyTries(Refused):
    """Too many tries."""

    code = "throttled"

    def __init__(self, seconds: int) -> None:
        minutes = max(1, -(-seconds // 60))
        many = "a minute" if minutes == 1 else f"{minutes} minutes"
        super().__init__(f"Too many tries. Nobody can sign in this way now; try again in {many}.")
        self.seconds = max(1, seconds)


class HospitalRefused(Refused):
    """The hospital's sign-in did not confirm who you are. Try again from the sign-in page."""

    code = "login"


class MayNot(Refused):
    """You may not do that."""

    code = "forbidden"


class NotFound(Refused):
    """There is nothing here under that name."""

    code = "not-found"


class NotYours(NotFound):
    """There is nothing here, or it is about a patient who is not yours."""


class MoveRefused(Refused):
    """The alert's status does not permit that answer."""

    code = "business-rule"


class Overtaken(MoveRefused):
    """Somebody, or some evidence, was first: the alert is not as it was when you read it."""


class Unavailable(OncofertilityError):
    """A part that this service needs is away; try again shortly."""


class HospitalAway(Unavailable):
    """The hospital's sign-in does not answer; try again shortly."""


class DatabaseAway(Unavailable):
    """The database cannot be reached."""


class BrokerAway(Unavailable):
    """The Redis-protocol server cannot be reached."""


class Busy(Unavailable):
    """More is under way than this service can take; send it again shortly."""


class DiskFull(Unavailable):
    """The disk is nearly full; nothing is taken until there is room again."""


class DeliveryError(OncofertilityError):
    """A notice did not reach its recipient."""


class TemporaryFailure(DeliveryError):
    """The notice was not delivered now; trying again may help.

    `again_after`: how long the channel asks us to wait.
    """

    def __init__(self, text: str = "", *, again_after: dt.timedelta | None = None) -> None:
        super().__init__(text) if text else super().__init__()
        self.again_after = again_after


class PermanentFailure(DeliveryError):
    """The notice cannot be delivered to this recipient by this channel."""


class TrailBroken(OncofertilityError):
    """The audit trail does not prove itself."""


class EmbeddedError(OncofertilityError):
    """A part of the one-machine service cannot start."""
