"""admit: which systems may submit, and who may sign in."""

from alerts.audit import entries
from alerts.audit.event import AuditType
from alerts.credentials import digest, hash_password, new_key, new_password
from alerts.domain.actor import Feed, FeedId, Person, PersonId, Role
from alerts.errors import NotSignedIn
from alerts.pathway.tools import Tools

REVOKED = "the feed key is unknown or was revoked"


def add_feed(name: str, tools: Tools, *, is_shadow: bool = False) -> str:
    """Let a system submit. Gives its key, which is shown once. Raises Refused for a taken name.

    In shadow mode nobody is told of what it leads to, until it is switched on.
    """
    key = new_key()
    feed = Feed(id=FeedId(tools.new_id()), name=name, is_shadow=is_shadow)
    with tools.begin() as work:
        event = entries.feed_event(AuditType.FEED_ADDED, feed.id, tools.now())
        work.feeds.add(feed, digest(key), audit=event)
        work.commit()
    return key


def revoke_feed(name: str, tools: Tools) -> None:
    """Put a feed's key out of force. Raises NotFound."""
    with tools.begin() as work:
        known = next((feed.id for feed in work.feeds.all() if feed.name == name), None)
        event = entries.feed_event(AuditType.FEED_REVOKED, known, tools.now())
        work.feeds.revoke(name, audit=event)
        work.commit()


def feeds(tools: Tools) -> tuple[Feed, ...]:
    """Every feed, by name."""
    with tools.begin() as work:
        return work.feeds.all()


def feed_of(key: str, tools: Tools) -> Feed:
    """The feed of a key that is in force. Raises NotSignedIn; a refused key is on the trail."""
    with tools.begin() as work:
        feed = work.feeds.find(digest(key))
        if feed is None or feed.is_revoked:
            known = feed.id if feed else None
            work.trail.append(entries.feed_event(AuditType.FEED_REFUSED, known, tools.now()))
            work.commit()
            raise NotSignedIn(REVOKED)
    return feed


def add_person(name: str, display_name: str, email: str, role: Role, tools: Tools) -> str:
    """Let a person sign in. Gives the password, which is shown once. Raises Refused."""
    password = new_password()
    person = Person(
        id=PersonId(tools.new_id()),
        name=name,
        display_name=display_name,
        email=email,
        role=role,
        password_hash=hash_password(password),
    )
    with tools.begin() as work:
        work.people.add(person, audit=entries.person_added(person, tools.now()))
        work.commit()
    return password
