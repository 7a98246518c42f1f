"""Money as whole minor units (cents), so that sums and ties do not depend on row order."""

import math
from fractions import Fraction
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from custvalue._containers import (
    LARGEST_EXACT,
    Column,
    Mask,
    as_series,
    name_rows,
    read_number,
    read_numbers,
)
from custvalue._long_arrays import blocks
from custvalue.errors import InputError

TOLERANCE = 1e-6  # [minor units] how far from a whole number a float amount may lie
MOST_DECIMALS = 6  # micro-units are the finest in use


@attrs.frozen(eq=False)
class MinorUnits:
    """Amounts in whole minor units, and which of them did not fit (None: all did)."""

    values: npt.NDArray[np.int64]
    off_grid: Mask | None
    too_large: Mask | None


def to_minor_units(
    amounts: npt.NDArray[np.int64] | npt.NDArray[np.float64], decimals: int
) -> MinorUnits:
    """Convert finite amounts to whole minor units, within the larger of 1e-6 and 2 ulp."""
    factor = 10**decimals
    minor = np.empty(len(amounts), dtype=np.int64)
    off_grid = np.zeros(len(amounts), dtype=np.bool_)
    too_large = np.zeros(len(amounts), dtype=np.bool_)
    limit = LARGEST_EXACT - 1
    for rows in blocks(len(amounts)):
        block = amounts[rows]
        if block.dtype.kind == "i":
            too_large[rows] = (block > limit // factor) | (block < -(limit // factor))
            np.multiply(np.where(too_large[rows], 0, block), factor, out=minor[rows])
            continue
        with np.errstate(over="ignore", invalid="ignore"):  # an infinite product is too large
            scaled = block * factor
            whole = np.rint(scaled)
            size = np.abs(scaled)
            np.subtract(scaled, whole, out=scaled)
            np.abs(scaled, out=scaled)
            too_large[rows] = size > limit
            if size.max(initial=0.0) > LARGEST_EXACT / 4:
                whole = _mend(whole, block, factor)
            if not scaled.max(initial=0.0) <= TOLERANCE:
                far = scaled > np.maximum(TOLERANCE, 2 * np.spacing(size))
                off_grid[rows] = far & ~too_large[rows]
        minor[rows] = np.where(too_large[rows], 0.0, whole)
    return MinorUnits(
        minor,
        off_grid if off_grid.any() else None,
        too_large if too_large.any() else None,
    )


def _mend(
    whole: npt.NDArray[np.float64], amounts: npt.NDArray[Any], factor: int
) -> npt.NDArray[np.float64]:
    """Return the whole numbers that `factor` divides into the amounts.

    From 2**51 on, the product may round to the whole number beside it.
    """
    for beside in (whole - 1, whole + 1):
        whole = np.where((whole / factor != amounts) & (beside / factor == amounts), beside, whole)
    return whole


def exact_sum(minor: npt.NDArray[np.int64], what: str) -> int:
    """Return the sum of minor units; raise where it, or any partial sum, could be inexact."""
    size = sum(float(np.abs(minor[rows]).sum(dtype=np.float64)) for rows in blocks(len(minor)))
    if size >= LARGEST_EXACT:
        msg = (
            f"{what} add up to 2**53 minor units or more, beyond which money is not exact: "
            "use fewer decimals or a larger unit, as thousands"
        )
        raise InputError(msg)
    return int(minor.sum())


def check_decimals(decimals: object) -> int:
    """Return `decimals`, or raise when it is no count of decimal places."""
    if (
        not isinstance(decimals, int)
        or isinstance(decimals, bool)
        or not 0 <= decimals <= MOST_DECIMALS
    ):
        msg = f"decimals must be a whole number from 0 to {MOST_DECIMALS}, got {decimals!r}"
        raise InputError(msg)
    return decimals


def advise_rounding(decimals: int) -> str:
    """Say what to do about amounts that are no whole minor units."""
    finer = f" or give decimals={decimals + 1}" if decimals < MOST_DECIMALS else ""
    return f"round first{finer}"


def read_units(amount: object, what: str, decimals: int) -> int:
    """Return one amount of money to spend in whole minor units; raise where it is none."""
    number = read_number(amount, what)
    if 0 <= number < LARGEST_EXACT:
        units = to_minor_units(np.array([float(number)]), decimals)
        if units.too_large is None and units.off_grid is None:
            return units.values.item()
    msg = (
        f"{what} must be at least 0, below 2**53 minor units and a whole number of them, got "
        f"{amount!r}: round it, or give more decimals"
    )
    raise InputError(msg)


@attrs.frozen(eq=False)
class Amounts:
    """The known amounts of a column, ready to be compared and added without float noise.

    `exact` holds whole minor units (`per_unit` of them make 1), or the amounts as they are
    (`per_unit` 1) where any lies off that grid.
    """

    known: npt.NDArray[Any]
    missing: Mask | None
    exact: npt.NDArray[Any]
    per_unit: int

    def total(self, where: Mask, what: str) -> Fraction:
        """Return the sum of some of them, whatever their order."""
        some = self.exact[where]
        if some.dtype.kind == "i":
            return Fraction(exact_sum(some, what), self.per_unit)
        return Fraction(math.fsum(some))


def read_amounts(values: Column, what: str, decimals: int) -> Amounts:
    """Return a column of amounts; raise for infinite or huge ones, naming the rows."""
    numbers = read_numbers(values, what)
    known = numbers.known()
    units = to_minor_units(known, check_decimals(decimals))
    if units.too_large is not None:
        huge = np.zeros(len(numbers.values), dtype=np.bool_)
        huge[slice(None) if numbers.missing is None else ~numbers.missing] = units.too_large
        msg = (
            f"{what} must stay below 2**53 minor units, beyond which money is not exact, got more "
            f"in {name_rows(huge, as_series(values, what))}: use fewer decimals or a larger unit, "
            "as thousands"
        )
        raise InputError(msg)
    if units.off_grid is not None:
        return Amounts(known, numbers.missing, known, 1)
    return Amounts(known, numbers.missing, units.values, 10**decimals)
