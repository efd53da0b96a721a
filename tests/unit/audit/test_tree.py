"""The tree: RFC 6962's own vectors, and proofs that hold for what stands and for nothing else."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from alerts.audit.tree import (
    EMPTY,
    STEP,
    Frontier,
    consistency,
    fold,
    frontier,
    inclusion,
    join,
    leaf_hash,
    root_of,
)

SIZES = st.integers(1, 600)
DATA = [b"", b"\x00", b"\x10", b" !", b"01", b"@ABC", b"PQRSTUVW", b"`abcdefghijklmno"]
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
"""The vectors of Certificate Transparency's reference implementation."""


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(number, bytes(32)) for number in range(count)]


def grown(some: list[bytes]) -> tuple[Frontier, dict[tuple[int, int], bytes]]:
    """A tree over leaves, and what is kept of it."""
    tree, kept = Frontier(), {(0, place): leaf for place, leaf in enumerate(some)}
    for leaf in some:
        kept.update({(node.level, node.place): node.hash for node in tree.add(leaf)})
    return tree, kept


def fetching(kept: dict[tuple[int, int], bytes]):
    """Any complete subtree, from the levels that are kept."""

    def fetch(level: int, place: int) -> bytes:
        over = level % STEP
        first = place << over
        return fold([kept[level - over, each] for each in range(first, first + (1 << over))])

    return fetch


def naive(some: list[bytes]) -> bytes:
    """The root as the RFC defines it."""
    if len(some) < 2:
        return some[0] if some else EMPTY
    half = 1 << (len(some) - 1).bit_length() - 1
    return join(naive(some[:half]), naive(some[half:]))


def test_the_roots_are_those_of_the_reference():
    tree = Frontier()
    assert tree.root().hex() == hashlib.sha256().hexdigest()
    for size, data in enumerate(DATA, 1):
        tree.add(hashlib.sha256(b"\x00" + data).digest())
        assert tree.root().hex() == ROOTS.get(size, tree.root().hex())


@given(SIZES)
def test_a_tree_taken_up_again_goes_on_as_if_it_had_never_stopped(size: int):
    whole, kept = grown(leaves(size))
    again = frontier(size, fetching(kept))
    assert again.peaks == whole.peaks
    assert again.root() == naive(leaves(size))


@given(SIZES, st.data())
def test_every_leaf_can_be_shown_to_stand_at_its_place_and_nowhere_else(size: int, data):
    whole, kept = grown(leaves(size))
    place = data.draw(st.integers(0, size - 1))
    proof = inclusion(place, size, fetching(kept))
    leaf = leaves(size)[place]
    assert root_of(leaf, place, size, proof) == whole.root()
    assert len(proof) <= size.bit_length()
    other = data.draw(st.integers(0, size - 1).filter(lambda each: each != place or size == 1))
    if other != place:
        assert root_of(leaf, other, size, proof) != whole.root()
    assert root_of(leaf_hash(size, b"x"), place, size, proof) != whole.root()
    assert root_of(leaf, place, size, (*proof, leaf)) is None
    assert root_of(leaf, size, size, proof) is None


@given(SIZES, st.data())
def test_a_tree_can_be_shown_to_continue_an_older_one(size: int, data):
    whole, kept = grown(leaves(size))
    old = data.draw(st.integers(0, size))
    proof = consistency(old, size, fetching(kept))
    before, _ = grown(leaves(old))
    assert continues(old, size, before.root(), proof) == (before.root(), whole.root())


def continues(
    old: int, size: int, before: bytes, proof: tuple[bytes, ...]
) -> tuple[bytes | None, bytes | None]:
    """Both roots, as RFC 9162 (2.1.4.2) works them out of a proof of consistency."""
    if old == 0 or old == size:
        return before, before if old else grown(leaves(size))[0].root()
    first, last = old - 1, size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    path = list(proof) if old & (old - 1) else [before, *proof]
    one = two = path.pop(0)
    for each in path:
        if first & 1 or first == last:
            one, two = join(each, one), join(each, two)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            two = join(two, each)
        first, last = first >> 1, last >> 1
    return one, two
