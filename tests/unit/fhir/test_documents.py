"""Bodies as JSON: what is refused and where, what is tolerated, and the canonical form."""

import json

import pytest

from alerts.errors import NotJson
from alerts.fhir.documents import as_list, as_object, as_text, canonical, digest, parse


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"", "line 1 column 1"),
        (b"{", "line 1 column 2"),
        (b'{"a":\n 1,,}', "line 2 column 4"),
        (b'{"a": NaN}', "line 1 column 7"),
        (b'{"a": 1e999}', "line 1 column"),
        (b'{"a": 1} {"b": 2}', "line 1 column 10"),
        (b'{"a": "\x00"}', "line 1 column"),
        (b'{"a": "\\ud800"}', "line 1 column"),
        (b'{"a":\n "\xff"}', "line 2 column 3"),
        (b"\xff\xfe{\x00}\x00", "line 1 column 1"),
        (b"[" * 100_000, "line 1 column"),
        (b"[" * 300 + b"]" * 300, "deeper than 254 levels"),
        (b"<Bundle/>", "line 1 column 1"),
    ],
)
def test_a_body_that_is_no_json_is_refused_with_its_place(body, place):
    with pytest.raises(NotJson) as refusal:
        parse(body)
    assert place in str(refusal.value)


def test_a_refusal_never_repeats_what_the_body_holds():
    with pytest.raises(NotJson) as refusal:
        parse(b'{"name": "Canary" "Bird"}')
    assert "Canary" not in str(refusal.value)
    assert "Bird" not in str(refusal.value)


def test_a_byte_order_mark_is_tolerated():
    assert parse(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


def test_nul_characters_are_taken_out_of_names_and_texts():
    body = json.dumps({"a\0": ["x\0y", {"b": "\0"}, 1, None]}).encode()
    assert parse(body) == {"a": ["xy", {"b": ""}, 1, None]}


def test_an_escaped_backslash_before_u0000_is_no_nul():
    assert parse(rb'{"a": "\\u0000"}') == {"a": r"\u0000"}


def test_numbers_too_large_for_64_bits_still_have_a_canonical_form():
    assert canonical(parse(b'{"a": 123456789012345678901234567890}'))


def test_the_canonical_form_knows_no_order_of_names():
    assert digest({"a": 1, "b": [1, 2]}) == digest({"b": [1, 2], "a": 1})
    assert digest({"b": [1, 2]}) != digest({"b": [2, 1]})


def test_values_of_the_wrong_kind_become_empty():
    assert as_object([1]) == {}
    assert as_list(None) == []
    assert as_list("x") == ["x"]
    assert [as_text(each) for each in (" x ", 5, 5.5, True, None, {}, [])] == [
        *("x", "5", "", ""),
        *("", "", ""),
    ]
