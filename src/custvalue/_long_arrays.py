"""Work on arrays of many millions: in blocks that fit the cache, and in place."""

from collections.abc import Iterator
from typing import Any

import numpy.typing as npt

from custvalue._containers import Mask

BLOCK = 1 << 16  # rows worked on at a time: their intermediate results stay in the cache


def blocks(length: int) -> Iterator[slice]:
    """Return slices that cover `length` rows, one block after the other."""
    return (slice(start, start + BLOCK) for start in range(0, length, BLOCK))


def keep_only(values: npt.NDArray[Any], keep: Mask) -> npt.NDArray[Any]:
    """Move the values to keep to the front, in place, and return that part."""
    filled = 0
    for rows in blocks(len(values)):
        kept = values[rows][keep[rows]]
        values[filled : filled + len(kept)] = kept
        filled += len(kept)
    little = 8 * (len(values) - filled) < len(values)  # what is left over may stay behind the part
    return values[:filled] if little else values[:filled].copy()
