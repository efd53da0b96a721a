"""Trips to the hospital's sign-in in their table: each comes back once, to the same browser."""

import datetime as dt

from sqlalchemy import Connection, delete, insert

from alerts.credentials import digest
from alerts.domain.hospital import Journey
from alerts.persistence.access_tables import hospital_sign_ins as trips


class HospitalVisits:
    """Who is under way. Of the state and of the browser's mark only the SHA-256 is kept."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, journey: Journey, visit: str, wanted: str, until: dt.datetime) -> None:
        """Keep a trip until then."""
        row = {
            "state_sha256": digest(journey.state),
            "visit_sha256": digest(visit),
            "nonce": journey.nonce,
            "verifier": journey.verifier,
            "wanted": wanted,
            "until": until,
        }
        self._connection.execute(insert(trips).values(row))

    def take(self, state: str, visit: str, at: dt.datetime) -> tuple[Journey, str] | None:
        """The trip of that state and browser, once, and where it wanted to go; late ones go too."""
        its = (trips.c.state_sha256 == digest(state)) | (trips.c.until <= at)
        gone = self._connection.execute(delete(trips).where(its).returning(*trips.c)).all()
        for row in gone:
            is_its = row.state_sha256 == digest(state) and row.visit_sha256 == digest(visit)
            if is_its and row.until > at:
                journey = Journey(state=state, nonce=row.nonce, verifier=row.verifier)
                return journey, row.wanted
        return None
