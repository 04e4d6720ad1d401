"""A set of solutions is one integer: bit n is the solution with primary key n. `&`, `|` and `bit_count` do the rest.

100,000 solutions take 12.5 KB a set. The primary keys of the table must therefore stay dense, as a sequence makes them.
"""

from array import array
from collections.abc import Iterable
from sys import byteorder

ZERO, ONE = 48, 49  # "0" and "1", the digits of a binary number


def from_ids(ids: Iterable[int]) -> int:
    """By way of the digits of a binary number, which is faster than shifting bit by bit."""
    kept = ids if isinstance(ids, list | array) else list(ids)
    if not kept:
        return 0
    digits = bytearray([ZERO]) * (max(kept) + 1)
    for one in kept:
        digits[one] = ONE
    digits.reverse()
    return int(digits, 2)


def from_packed(packed: bytes | memoryview | None) -> int:
    """From `string_agg(int4send(id), '')`: four bytes each, in network order."""
    ids = array("i")
    ids.frombytes(packed or b"")
    if byteorder == "little":
        ids.byteswap()
    return from_ids(ids)


def ids_of(bits: int) -> list[int]:
    """Ascending."""
    digits = f"{bits:b}"[::-1]
    found, place = [], digits.find("1")
    while place >= 0:
        found.append(place)
        place = digits.find("1", place + 1)
    return found if bits else []


def flags_of(bits: int, size: int) -> bytes:
    """One byte for each primary key below `size`, 0 or 1: for choosing from a sorted list."""
    digits = f"{bits | 1 << size:b}".encode()
    return digits[:0:-1].translate(_VALUES)


_VALUES = bytes(max(0, one - ZERO) if one in (ZERO, ONE) else 0 for one in range(256))
