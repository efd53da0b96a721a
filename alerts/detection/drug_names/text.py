"""Text: an order's words as they are compared, and what stands between them."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 10_000
"""Of a longer text only this many characters are read: no drug field is so long by design."""

CJK = "\u3040-\u30ff\u3400-\u9fff"
HANGUL = "\uac00-\ud7af"
UNSPACED = CJK + HANGUL
"""Scripts that set a dose form or a particle right behind a name (`키트루다주`, Keytruda inj.)."""

_WORD = re.compile(
    f"[a-z\u00df-\u024f]+|[\u0370-\u03ff]+|[\u0400-\u04ff]+|[{HANGUL}]+|[{CJK}]+|[0-9]+"
)
_HAS_UNSPACED = re.compile(f"[{UNSPACED}]")
_BREAK = re.compile(r"[;\n|!?\u3002]|\.(?=\s|$)")
_MARKS = str.maketrans({"®": " ", "™": " ", "©": " ", "℠": " ", "\u00ad": "", "\u200b": ""})
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣－", "-"))  # noqa: RUF001 - all of them are meant
_SHORT = 3


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, in lower case; `gaps[i]` stands before word i, the last after all.

    `clauses[i]` is the number of the clause in which word i stands.
    """

    plain: str
    words: tuple[str, ...]
    starts: tuple[int, ...]
    gaps: tuple[str, ...]
    clauses: tuple[int, ...]

    def has_cjk(self) -> bool:
        """Chinese, Japanese or Korean stands in the text."""
        return not self.plain.isascii() and bool(_HAS_UNSPACED.search(self.plain))


def split(text: str) -> Words:
    """The words of a text: width, case, trade marks and kinds of hyphen do not count."""
    plain = _plain(text[:LONGEST])
    found = list(_WORD.finditer(plain))
    words = tuple(each.group() for each in found)
    ends = [0, *(each.end() for each in found)]
    starts = [*(each.start() for each in found), len(plain)]
    gaps = tuple(plain[end:start] for end, start in zip(ends, starts, strict=True))
    return Words(
        plain=plain,
        words=words,
        starts=tuple(starts[:-1]),
        gaps=gaps,
        clauses=tuple(_clauses(words, gaps)) if _BREAK.search(plain) else (0,) * len(words),
    )


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    bare = text.translate(_MARKS)
    return unicodedata.normalize("NFKC", bare).casefold().translate(_DASHES)


def _clauses(words: tuple[str, ...], gaps: tuple[str, ...]) -> Iterator[int]:
    clause = 0
    for place in range(len(words)):
        if place and _is_break(words[place - 1], gaps[place]):
            clause += 1
        yield clause


def _is_break(before: str, gap: str) -> bool:
    """A sentence ends there; the point of an abbreviation (`inj.`, `hx.`) ends none."""
    if gap == " ":
        return False
    found = _BREAK.search(gap)
    return bool(found) and not (found is not None and found[0] == "." and len(before) <= _SHORT)
