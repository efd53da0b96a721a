"""A checkpoint as text: read back as it was written, and judged by its keys."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.audit.checkpoint import (
    Checkpoint,
    PublicKey,
    Signed,
    Standing,
    judge,
    read_notes,
)
from alerts.errors import SettingsError
from alerts.signing import KeyFolder, fits

AT = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)


@pytest.fixture
def keys(tmp_path) -> KeyFolder:
    made = KeyFolder(tmp_path / "keys")
    made.prepare()
    return made


def signed(keys: KeyFolder, size: int = 7) -> tuple[Signed, PublicKey]:
    key = PublicKey(name=keys.origin(), raw=keys.public())
    checkpoint = Checkpoint(origin=keys.origin(), size=size, root=bytes(32), at=AT)
    signature = (key.name, key.id, keys.sign(checkpoint.text().encode()))
    return Signed(checkpoint=checkpoint, signatures=(signature,)), key


def test_a_note_is_read_as_it_was_written(keys: KeyFolder):
    note, key = signed(keys)
    assert note.text().startswith(f"{keys.origin()}\n7\n{'A' * 43}=\ntime 2026-11-22T03:00:00")
    assert list(read_notes(note.text())) == [note]
    assert judge(note, [key], fits) is Standing.GENUINE
    assert PublicKey.read(key.text()) == key


def test_many_notes_stand_in_one_file_also_where_a_crash_cut_one_off(keys: KeyFolder):
    one, two = signed(keys, 1)[0], signed(keys, 2)[0]
    cut = one.text()[: len(one.text()) // 2]
    assert list(read_notes(one.text() + two.text())) == [one, two]
    *_, last = read_notes(f"{one.text()}\n{cut}\n\n{two.text()}")
    assert last == two
    found = list(read_notes(f"{one.text()}\n{cut}\n{two.text()}"))
    assert [each for each in found if isinstance(each, Signed)] == [one, two]


@pytest.mark.parametrize("text", ["hello", "a\n\n— b c\n", "a\n1\nAA==\ntime x\n\n— b AAAAAAAA\n"])
def test_what_is_no_checkpoint_is_given_as_it_stands(text: str):
    assert list(read_notes(text)) == [text.strip()]


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str):
    assert all(isinstance(each, (str, Signed)) for each in read_notes(text))


def test_an_edited_checkpoint_and_a_foreign_key_are_told_apart(keys: KeyFolder, tmp_path):
    note, key = signed(keys)
    [edited] = read_notes(note.text().replace("\n7\n", "\n8\n", 1))
    assert judge(edited, [key], fits) is Standing.ALTERED
    other = KeyFolder(tmp_path / "other")
    other.prepare()
    foreign, _ = signed(other)
    assert judge(foreign, [key], fits) is Standing.WRONG_KEY


def test_a_folder_keeps_its_key_and_makes_none_in_place_of_a_lost_one(keys: KeyFolder):
    first = keys.public()
    keys.write("name+id+key")
    keys.write("name+id+key")
    keys.prepare()
    assert (keys.public(), keys.written()) == (first, ("name+id+key",))
    secret = keys.folder / "signing-key.pem"
    assert secret.stat().st_mode & 0o077 == 0
    secret.unlink()
    with pytest.raises(SettingsError, match="lost"):
        keys.prepare()


def test_what_is_no_key_is_told(keys: KeyFolder):
    (keys.folder / "signing-key.pem").write_text("nothing")
    with pytest.raises(SettingsError, match="holds no key"):
        keys.sign(b"")
    assert PublicKey.read("a+b") is None
    assert PublicKey.read("a+00000000+AAAA") is None
    assert not fits(b"short", b"", b"")
