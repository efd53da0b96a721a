"""directory: bring the site's directory in line with its file."""

from alerts.audit import charge_entries
from alerts.domain.directory import Cover, Directory, Member, MemberId
from alerts.errors import SettingsError
from alerts.notification.directory_file import Written, WrittenCover, WrittenMember
from alerts.pathway.tools import Tools, UnitOfWork


def import_directory(written: Written, tools: Tools, *, is_whole: bool = False) -> Directory:
    """Add or change the file's members, and put its covers in place of those there were.

    A member is known again by an identifier, else by an address. With `is_whole` whoever the file
    does not name does not work here any more. Raises SettingsError, and changes nothing.
    """
    at = tools.now()
    with tools.begin() as work:
        known = work.directories.directory(at)
        members: list[Member] = []
        for each in written.members:
            all_known = Directory(members=(*members, *known.members))
            members.append(_member(each, all_known, work, tools))
        named = {each.id for each in members}
        if len(named) != len(members):
            raise SettingsError("the directory names somebody twice")
        others = [each for each in known.members if each.id not in named]
        gone = [_left(each) for each in others] if is_whole else []
        work.directories.put(
            (*members, *gone),
            audit=charge_entries.directory_changed(len(members), len(written.covers), at),
        )
        after = Directory(members=(*members, *(gone or others)))
        covers = tuple(_cover(each, after) for each in written.covers)
        work.directories.put_covers(
            [(tools.new_id(), each) for each in covers],
            audit=charge_entries.directory_changed(len(members), len(covers), at),
        )
        work.commit()
        return work.directories.directory(at)


def directory(tools: Tools) -> Directory:
    """The directory as it stands, with the addresses that fail now."""
    rests = tools.responsibility.deadlines.failed_address_rests
    with tools.begin() as work:
        return work.directories.directory(tools.now() - rests)


def _member(written: WrittenMember, known: Directory, work: UnitOfWork, tools: Tools) -> Member:
    before = known.known_as(written.identifiers, written.addresses)
    person = work.people.find(written.signs_in_as) if written.signs_in_as else None
    if written.signs_in_as and person is None:
        raise SettingsError(f"the directory: nobody signs in as {written.signs_in_as}")
    return Member(
        id=before.id if before else MemberId(tools.new_id()),
        name=written.name,
        addresses=written.addresses,
        identifiers=written.identifiers,
        duties=written.duties,
        services=written.services,
        is_working=written.is_working,
        person=person.id if person else None,
    )


def _left(member: Member) -> Member:
    return Member(id=member.id, name=member.name, is_working=False)


def _cover(written: WrittenCover, known: Directory) -> Cover:
    by = _named(written.by, known) if written.by else None
    return Cover(
        absent=_named(written.absent, known), by=by, since=written.since, until=written.until
    )


def _named(text: str, known: Directory) -> MemberId:
    member = known.known_as((text,), (text,))
    if member is None:
        raise SettingsError("the directory: a cover names somebody who is no member")
    return member.id
