"""audit_export: the trail as a file that proves itself, and reading such a file.

The first line holds the checkpoint, the public keys and what the file is; each further line one
event: its position in the tree, its number, its content and, where the file does not hold the whole
trail, the hashes that lead from it to the checkpoint's root. docs/audit.md tells the form.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator

from alerts.audit import service_entries
from alerts.audit.tree import inclusion, leaf_hash
from alerts.audit.verification import Held
from alerts.errors import Refused
from alerts.pathway.tools import Tools, UnitOfWork

FORM = "oncofertility-alerts audit export 1"
AT_ONCE = 10_000


def export(tools: Tools, positions: Iterable[int] | None = None) -> Iterator[bytes]:
    """The lines of an export: of the whole sealed trail, or of some events by their positions.

    Streamed, from one moment, up to the newest checkpoint; on the trail before the first line.
    Raises Refused when nothing was signed yet.
    """
    with tools.begin() as work:
        newest = work.tree.newest_checkpoint()
        if newest is None:
            raise Refused("nothing was signed yet, so nothing can be proven of an export")
        size, note = newest
        wanted = None if positions is None else sorted({at for at in positions if at < size})
        count = size if wanted is None else len(wanted)
        work.trail.append(service_entries.exported(count, size, tools.now()))
        work.commit()
    return _lines(tools, note, size, wanted)


def _lines(tools: Tools, note: str, size: int, wanted: list[int] | None) -> Iterator[bytes]:
    keys = [key.text() for key in tools.notary.public_keys()]
    head = {"form": FORM, "size": size, "whole": wanted is None, "keys": keys, "checkpoint": note}
    yield _line(json.dumps(head).encode())
    with tools.begin() as work:
        work.only_read()
        if wanted is None:
            for position, number, content in work.tree.contents(0, size):
                yield _event(position, number, content, b"")
        else:
            yield from _proven(work, size, wanted)


def _proven(work: UnitOfWork, size: int, wanted: list[int]) -> Iterator[bytes]:
    for position in wanted:
        proof = inclusion(position, size, work.tree.fetch)
        hashes = json.dumps([base64.b64encode(each).decode() for each in proof]).encode()
        for _, number, content in work.tree.contents(position, position + 1):
            yield _event(position, number, content, b',"proof":' + hashes)


def _event(position: int, number: int, content: bytes, proof: bytes) -> bytes:
    """The content is written as it is hashed, so that a reader may hash what stands there."""
    return _line(
        b'{"position":%d,"number":%d%s,"event":%s}' % (position, number, proof, content or b"null")
    )


def _line(content: bytes) -> bytes:
    return content + b"\n"


def read_export(lines: Iterable[bytes]) -> tuple[str, Iterator[Held]]:
    """The checkpoint of a whole export, and its events as they stand there.

    Raises Refused for what is no export, or one of some events only: for those stands
    tools/verify_audit_export.py.
    """
    told = iter(lines)
    try:
        head = json.loads(next(told, b""))
        is_one = head["form"] == FORM and head["whole"]
        note = str(head["checkpoint"])
    except (ValueError, KeyError, TypeError) as error:
        raise Refused("this is no export of an audit trail") from error
    if not is_one:
        raise Refused("only an export of the whole trail can be checked by itself here")
    return note, map(_held, told)


def _held(line: bytes) -> Held:
    """One line of it; what it says must have the hash that the checkpoint rests on."""
    try:
        told = json.loads(line)
        position, number, said = int(told["position"]), int(told["number"]), told["event"]
    except (ValueError, KeyError, TypeError):
        return Held(-1, -1, b"", None, b"", "")
    if said is None:
        return Held(position, number, leaf_hash(number, b""), None, b"", "")
    content = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = hashlib.sha256(content.encode("utf-8", "replace")).digest()
    return Held(position, number, leaf_hash(number, digest), digest, digest, str(said.get("at")))
