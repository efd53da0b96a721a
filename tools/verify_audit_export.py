#!/usr/bin/env python3
# ruff: noqa: T201 - a program by itself, which prints
"""Checks an export of the audit trail of oncofertility-alerts, offline and by itself.

    python verify_audit_export.py EXPORT --keys KEYS [--checkpoint NOTE …]

It needs Python 3.9 or newer and, for the signatures, the package `cryptography`; neither the
service, nor its database, nor its code. Read it: it is meant to be read.

EXPORT   the file of `oncofertility audit export`
KEYS     the public keys (`oncofertility audit keys`), a line each. Get them from the hospital on
         another way than the export: a file cannot vouch for itself.
NOTE     a checkpoint that you, or a witness, kept. The export must agree with it.

What is checked, in this order:
1. The signature on each checkpoint, by one of the keys that you brought.
2. For each event: the SHA-256 of its content (JSON with sorted keys and no white space), from that
   its leaf, SHA-256(0x00 ‖ number ‖ content hash), the number as 8 bytes.
3. Whole trail: the Merkle tree over all leaves (RFC 6962: SHA-256(0x01 ‖ left ‖ right)) has, at the
   size of each checkpoint, the root that was signed.
   Some events: each one's own proof leads from its leaf to the root of the export's checkpoint.

It ends with 0 (proven), 1 (tampered), 4 (unverifiable) or 5 (wrong key), and one sentence.
"""

import argparse
import base64
import hashlib
import json
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORM = "oncofertility-alerts audit export 1"
ED25519 = b"\x01"
PROVEN, TAMPERED, UNVERIFIABLE, WRONG_KEY = 0, 1, 4, 5


class Ends(Exception):
    """The answer is known."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def sha(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


# 1. checkpoints: origin, size, root, time; a blank line; "— name base64(key id ‖ signature)"


def read_keys(text: str) -> dict:
    """Public keys by (name, id); a line is name+id+base64(0x01 ‖ key)."""
    keys = {}
    for line in text.split():
        name, key_id, encoded = line.split("+", 2)
        raw = base64.b64decode(encoded)
        if sha(name.encode() + b"\n" + raw)[:4].hex() != key_id or raw[:1] != ED25519:
            raise Ends(UNVERIFIABLE, f"this is no public key: {line}")
        keys[name, bytes.fromhex(key_id)] = Ed25519PublicKey.from_public_bytes(raw[1:])
    return keys


def read_checkpoint(note: str, keys: dict, source: str) -> tuple:
    """Its size and root, once a signature by one of the keys was found to fit."""
    try:
        body, _, signatures = note.strip().partition("\n\n")
        origin, size, root, *_ = body.split("\n")
        told = (int(size), base64.b64decode(root, validate=True))
        signed = [line.split(" ") for line in signatures.splitlines() if line]
        ours = [(name, base64.b64decode(told_)) for _, name, told_ in signed]
    except ValueError:
        raise Ends(UNVERIFIABLE, f"{source} is no checkpoint") from None
    known = [(keys[name, raw[:4]], raw[4:]) for name, raw in ours if (name, raw[:4]) in keys]
    if not known:
        raise Ends(WRONG_KEY, f"{source} of {origin} is signed by none of the keys you brought")
    for key, signature in known:
        try:
            key.verify(signature, f"{body}\n".encode())
        except InvalidSignature:
            raise Ends(UNVERIFIABLE, f"the text of {source} was changed after signing") from None
    return told


# 2. events and their leaves


def leaf_of(line: dict) -> bytes:
    """The leaf that an event's content has."""
    content = json.dumps(
        line["event"], sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()
    return sha(b"\x00" + line["number"].to_bytes(8, "big") + sha(content))


# 3. the tree


def add(peaks: list, size: int, leaf: bytes) -> None:
    """Add a leaf to a tree that is kept as the roots of its complete parts, the largest first."""
    while size & 1:
        leaf = sha(b"\x01" + peaks.pop() + leaf)
        size >>= 1
    peaks.append(leaf)


def root_of(peaks: list) -> bytes:
    """The root over all of them."""
    if not peaks:
        return sha(b"")
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = sha(b"\x01" + peak + root)
    return root


def follow(leaf: bytes, place: int, size: int, proof: list) -> bytes:
    """The root that a leaf's proof leads to (RFC 9162, 2.1.3.2)."""
    last, top = size - 1, leaf
    for each in proof:
        if last == 0:
            return b""
        if place & 1 or place == last:
            top = sha(b"\x01" + each + top)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            top = sha(b"\x01" + top + each)
        place, last = place >> 1, last >> 1
    return top if last == 0 else b""


def check_whole(lines: object, signed: dict, size: int) -> int:
    """Every event of the trail; gives how many."""
    peaks: list = []
    count, first = 0, None
    for line in lines:
        if line["position"] != count:
            raise Ends(TAMPERED, f"event {line['number']}: {count} should stand before it")
        if line["event"] is None:
            raise Ends(TAMPERED, f"event {line['number']} is missing, though it was sealed")
        first = line["number"] if first is None else first
        add(peaks, count, leaf_of(line))
        count += 1
        if count in signed and signed[count] != root_of(peaks):
            number = line["number"]
            raise Ends(
                TAMPERED,
                f"one of the events {first} to {number} was edited, removed, added or exchanged",
            )
        first = None if count in signed else first
    longest = max([size, *signed])
    if count != longest:
        raise Ends(TAMPERED, f"there are {count} events, and a checkpoint speaks of {longest}")
    return count


def check_some(lines: object, root: bytes, size: int) -> int:
    """Some events, each by its own proof; gives how many."""
    count = 0
    for line in lines:
        proof = [base64.b64decode(each) for each in line["proof"]]
        if line["event"] is None or follow(leaf_of(line), line["position"], size, proof) != root:
            raise Ends(TAMPERED, f"event {line['number']} is not what was sealed")
        count += 1
    return count


def check(export: Path, keys: dict, notes: list) -> str:
    """The whole check; the sentence for what is proven."""
    with export.open(encoding="utf-8") as opened:
        try:
            head = json.loads(next(opened, ""))
            note, size, whole = head["checkpoint"], head["size"], head["whole"]
        except (ValueError, KeyError, TypeError):
            raise Ends(UNVERIFIABLE, "this is no export of an audit trail") from None
        own = read_checkpoint(note, keys, "the export's checkpoint")
        signed = dict([own])
        for path in notes:
            told, root = read_checkpoint(path.read_text("utf-8"), keys, str(path))
            if signed.setdefault(told, root) != root:
                raise Ends(TAMPERED, f"{path} and the export's checkpoint contradict each other")
        if head.get("form") != FORM or size != own[0]:
            raise Ends(TAMPERED, "the export's first line does not fit its checkpoint")
        lines = (json.loads(line) for line in opened)
        try:
            count = check_whole(lines, signed, size) if whole else check_some(lines, own[1], size)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
            raise Ends(TAMPERED, "a line of the export was changed: it cannot be read") from None
    what = "the whole trail" if whole else f"each by itself, of {size}"
    return f"proven: {count} events, {what}, as the checkpoint says"


def main() -> int:
    """Read the arguments, check, tell."""
    told = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    told.add_argument("export", type=Path)
    told.add_argument("--keys", type=Path, required=True)
    told.add_argument("--checkpoint", type=Path, action="append", default=[])
    asked = told.parse_args()
    try:
        print(check(asked.export, read_keys(asked.keys.read_text("utf-8")), asked.checkpoint))
    except Ends as end:
        names = {TAMPERED: "tampered", UNVERIFIABLE: "unverifiable", WRONG_KEY: "wrong key"}
        print(f"{names[end.code]}: {end}")
        return end.code
    return PROVEN


if __name__ == "__main__":
    sys.exit(main())
