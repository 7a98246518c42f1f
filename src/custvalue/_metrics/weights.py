"""How much each row counts, in numbers that add up alike in any order."""

from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from custvalue._containers import LARGEST_EXACT, Column, as_series, name_rows, read_numbers
from custvalue.errors import InputError

FINEST = (2, 6)  # decimals: of money, and of most that is written by hand


@attrs.frozen(eq=False)
class Weights:
    """Weights as whole units (`per_unit` of them make 1), or as floats where they are on no grid.

    `whole` tells weights given as integers, whose sums are integers too.
    """

    units: npt.NDArray[np.int64] | npt.NDArray[np.float64]
    per_unit: int
    whole: bool

    def sums(self, places: npt.NDArray[Any], count: int) -> npt.NDArray[Any]:
        """Return the weight of the rows at each place from 0 to `count`."""
        units = self.units
        if units.dtype.kind == "f":  # floats in one order, whatever that of the rows
            order = np.argsort(units)
            places, units = places[order], units[order]
        sums = np.bincount(places, weights=units, minlength=count)
        return sums.astype(np.int64) if self.whole else sums / self.per_unit

    def squares(self, places: npt.NDArray[Any], count: int) -> npt.NDArray[np.float64]:
        """Return the sum of the squared weights of the rows at each place."""
        with np.errstate(over="ignore"):
            squared = np.square(self.units / self.per_unit)
        return np.bincount(places, weights=squared, minlength=count).astype(np.float64)


def read_weights(weight: Column) -> Weights:
    """Return known weights; raise for missing, negative, infinite or huge ones."""
    numbers = read_numbers(weight, "weight")
    values = numbers.values
    wrong = values < 0
    if numbers.missing is not None:
        wrong |= numbers.missing
    if wrong.any():
        msg = (
            "weight must be known and not negative, got others in "
            f"{name_rows(wrong, as_series(weight, 'weight'))}: leave these rows out"
        )
        raise InputError(msg)
    if values.dtype.kind == "i":
        if values.sum(dtype=np.float64) >= LARGEST_EXACT:
            msg = "weight must add up to less than 2**53, beyond which sums are not exact"
            raise InputError(msg)
        return Weights(values, 1, whole=True)
    with np.errstate(over="ignore"):
        if np.isinf(values.sum()):
            msg = "weight must add up to what float64 can hold, got more: use a larger unit"
            raise InputError(msg)
    for decimals in FINEST:
        per_unit = 10**decimals
        with np.errstate(over="ignore"):
            units = np.rint(values * per_unit)
            total = units.sum()
        if total < LARGEST_EXACT and (units / per_unit == values).all():
            return Weights(units.astype(np.int64), per_unit, whole=False)
    return Weights(values, 1, whole=False)
