"""One transaction with every repository on it. Leaving it without `commit` rolls back."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text

from alerts.domain.worklist import Counts
from alerts.persistence.alerts import Alerts
from alerts.persistence.audit_reading import AuditReading
from alerts.persistence.audit_trail import Trail
from alerts.persistence.broken_glass import BrokenGlasses
from alerts.persistence.charges import Charges
from alerts.persistence.charts import Charts
from alerts.persistence.clarifications import Clarifications
from alerts.persistence.contacts import Contacts
from alerts.persistence.counts import count
from alerts.persistence.decisions import Decisions
from alerts.persistence.directory import Directories
from alerts.persistence.disclosures import Disclosures
from alerts.persistence.engine import away
from alerts.persistence.feeds import Feeds
from alerts.persistence.hospital_visits import HospitalVisits
from alerts.persistence.identities import Identities
from alerts.persistence.notices import Notices
from alerts.persistence.payloads import Payloads
from alerts.persistence.people import People
from alerts.persistence.quarantine import Quarantine
from alerts.persistence.reach import Reach
from alerts.persistence.sealed_tree import Tree
from alerts.persistence.sign_ins import SignIns
from alerts.persistence.submissions import Submissions
from alerts.persistence.traces import Traces
from alerts.persistence.watching import Watching
from alerts.persistence.withheld import Withheld


class Work:
    """A transaction. It commits only when a step says so."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.trail = Trail(connection)
        self.tree = Tree(connection)
        self.feeds = Feeds(connection, self.trail)
        self.people = People(connection, self.trail)
        self.reach = Reach(connection)
        self.sign_ins = SignIns(connection, self.trail)
        self.broken_glass = BrokenGlasses(connection, self.trail)
        self.audit = AuditReading(connection)
        self.traces = Traces(connection)
        self.disclosures = Disclosures(connection)
        self.hospital_visits = HospitalVisits(connection)
        self.submissions = Submissions(connection, self.trail)
        self.payloads = Payloads(connection, self.trail)
        self.charts = Charts(connection)
        self.identities = Identities(connection, self.trail)
        self.decisions = Decisions(connection, self.trail)
        self.alerts = Alerts(connection, self.trail)
        self.notices = Notices(connection, self.trail)
        self.contacts = Contacts(connection, self.trail)
        self.withheld = Withheld(connection, self.trail)
        self.charges = Charges(connection, self.trail)
        self.directories = Directories(connection, self.trail)
        self.clarifications = Clarifications(connection, self.trail)
        self.watching = Watching(connection)
        self.quarantine = Quarantine(connection, self.trail)

    def commit(self) -> None:
        """Make it so."""
        self._connection.commit()

    def only_read(self) -> None:
        """Change nothing, and see the database as it stood; to be asked before anything else."""
        self._connection.execute(text("set transaction isolation level repeatable read, read only"))

    def counts(self) -> Counts:
        """The state of the service in numbers."""
        return count(self._connection)


@contextmanager
def begin(engine: Engine) -> Iterator[Work]:
    """Open a transaction. Raises DatabaseAway, here or while it is worked with."""
    with away(), engine.connect() as connection:
        yield Work(connection)
