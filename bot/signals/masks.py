"""Whole numbers as sets of posts: bit n speaks of post n, so that `own & linked` is what it says."""

from collections.abc import Iterable
from itertools import compress

OF_DIGITS = bytes(value & 1 for value in range(256))
"""The digits 0 and 1 -> 0 and 1."""
COUNTED = bytes(48 + min(value, 1) for value in range(256))
"""Byte -> the digit 1 where it is not 0."""


count = int.bit_count
"""How many posts are in it."""


def run(first: int, last: int) -> int:
    """The posts with first <= n < last."""
    return (1 << last) - 1 >> first << first


def mask_of(flags: Iterable[bool | int]) -> int:
    """The posts of which something is so; the flags (0 to 255) are told from the first post on."""
    told = flags if isinstance(flags, bytes | bytearray) else bytes(flags)
    return int(told.translate(COUNTED)[::-1] or b"0", 2)


def with_bit(told: bytes | bytearray, bit: int) -> int:
    """The posts whose byte has that bit."""
    return int(told.translate(DIGITS[bit])[::-1] or b"0", 2)


DIGITS = {1 << n: bytes(48 + (value >> n & 1) for value in range(256)) for n in range(8)}
"""Bit -> for each byte the digit 1 where it has it."""


def numbers(mask: int) -> list[int]:
    """The numbers of the posts in it, the first one first."""
    if not mask:
        return []
    before = (mask & -mask).bit_length() - 1
    near = mask >> before
    if near < len(OF_BYTE):
        return [before + place for place in OF_BYTE[near]]
    told = f"{near:b}".encode().translate(OF_DIGITS)[::-1]
    return list(compress(range(before, mask.bit_length()), told))


OF_BYTE = [tuple(place for place in range(8) if value >> place & 1) for value in range(256)]
"""Byte -> the places of its bits: where few posts are meant, they mostly stand close together."""


def set_of(chosen: Iterable[int]) -> int:
    """The posts of these numbers."""
    digits = bytearray()
    for number in chosen:
        if number >= len(digits):
            digits.extend(bytes(number + 1 - len(digits)))
        digits[number] = 1
    return mask_of(digits)
