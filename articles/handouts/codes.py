"""The code of a handout: the numbers of its parts, and two letters at its end that give a slip away.

Letters and digits that print alike are left out, as in Crockford's base 32 (no I, L, O or U), so a code can be read from
paper. Each number is written as its distance from the one before: the parts of one article are mostly neighbours, so
each takes one letter. Nothing is stored: a code holds all that it stands for.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import batched

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
VALUES = {letter: value for value, letter in enumerate(LETTERS)}
# What is easily read for another is taken for it; hyphens and spaces are only there for the eye.
READ_AS = str.maketrans("OIL", "011", "- ")
# A prime just below what two letters can hold: see `_check`.
PRIME = 1021
LONGEST = 500
LARGEST_NUMBER = 2**42


class NotACode(ValueError):
    """It was mistyped, or never was a code."""


def encode(numbers: Iterable[int]) -> str:
    """The code of some numbers from 1, in their order: `2D5-4G8`."""
    values = [*_values(numbers)]
    check = _check(values)
    letters = "".join(LETTERS[value] for value in (*values, check // 32, check % 32))
    return "-".join("".join(group) for group in batched(letters, 4, strict=False))


def decode(code: str) -> tuple[int, ...]:
    """The numbers of a code, in large or small letters, with or without hyphens. Raises NotACode."""
    letters = code.upper().translate(READ_AS)
    if not 3 <= len(letters) <= LONGEST or not VALUES.keys() >= set(letters):
        raise NotACode(code)
    *values, high, low = (VALUES[letter] for letter in letters)
    if high * 32 + low != _check(values):
        raise NotACode(code)
    numbers = tuple(_numbers(values))
    if not all(0 < number <= LARGEST_NUMBER for number in numbers):
        raise NotACode(code)
    return numbers


def _check(values: Sequence[int]) -> int:
    """Every single slip and every swap of two letters changes it: places and values differ by less than the prime."""
    return sum(place * value for place, value in enumerate(values, start=2)) % PRIME


def _values(numbers: Iterable[int]) -> Iterator[int]:
    """Five bits a letter: four of the distance, lowest first, and one that says that more follow."""
    before = 0
    for number in numbers:
        step, before = number - before, number
        distance = 2 * step if step >= 0 else -2 * step - 1
        while distance > 15:
            yield 16 | distance & 15
            distance >>= 4
        yield distance


def _numbers(values: Iterable[int]) -> Iterator[int]:
    """Raises NotACode for a number that breaks off."""
    number = distance = bits = 0
    for value in values:
        distance |= (value & 15) << bits
        bits += 4
        if value < 16:
            number += -(distance + 1) // 2 if distance & 1 else distance // 2
            yield number
            distance = bits = 0
    if bits:
        raise NotACode("It breaks off.")
