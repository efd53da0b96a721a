"""rotate: put a new signing key in force, vouched for by the one before it."""

from alerts.audit import service_entries
from alerts.audit.checkpoint import Checkpoint, PublicKey
from alerts.audit.tree import frontier
from alerts.errors import SettingsError
from alerts.pathway.notary import sign_over
from alerts.pathway.seal import seal_events
from alerts.pathway.tools import Tools


def rotate_key(tools: Tools) -> str:
    """Sign one checkpoint with both keys, then let the new one sign alone. Gives its line.

    Killed in between, it is asked for again and goes on. Raises SettingsError without keys.
    """
    keys = tools.notary.keys
    if keys is None:
        raise SettingsError("AUDIT_KEYS is not set: there is no key")
    keys.prepare()
    name, at = keys.origin(), tools.now()
    before = PublicKey(name=name, raw=keys.public())
    after = PublicKey(name=name, raw=keys.prepare_next())
    seal_events(tools)
    with tools.begin() as work:
        size = work.tree.hold()
        root = frontier(size, work.tree.fetch).root()
        checkpoint = Checkpoint(origin=name, size=size, root=root, at=at)
        work.tree.add_checkpoint(size, at, sign_over(checkpoint, keys).text())
        work.trail.append(service_entries.key_rotated(before.id.hex(), after.id.hex(), at))
        work.commit()
    keys.put_next_in_force()
    return after.text()
