"""Which values of one attribute each customer accepts, counted for all values at once.

The numbers among the values stand first, ascending. So what a customer's intervals accept is a
stretch of them, and counting all stretches over all values takes one pass. Only conditions that
list values (`one_of`, `is_true`) are followed value by value.
"""

import attrs
import numpy as np
import numpy.typing as npt

from custvalue._conditions import Condition, Interval, IsTrue, Missing, OneOf
from custvalue._containers import Mask
from custvalue._marketing_mix.offer import Value
from custvalue._marketing_mix.questions import Places, begin, closed_ends

Counts = npt.NDArray[np.int64]


@attrs.frozen(eq=False)
class Acceptance:
    """What the customers with must-haves on one topic accept of its values."""

    values: list[Value]
    stated: Places
    """The place of each value in the list it came from."""
    owners: Places
    """The customers, ascending."""
    start: Places
    stop: Places
    pair_owner: Places
    """The place among the owners of who accepts the value `pair_value`, each pair once."""
    pair_value: Places

    def count(self, some: Mask) -> Counts:
        """Return how many of some owners accept each value."""
        values = len(self.values) + 1
        change = np.bincount(self.start[some], minlength=values)
        change -= np.bincount(self.stop[some], minlength=values)
        pairs = self.pair_value[some[self.pair_owner]]
        return change.cumsum()[:-1] + np.bincount(pairs, minlength=values - 1)

    def accept_any(self) -> Mask:
        """Return which owners accept at least one of the values."""
        accepted = self.start < self.stop
        accepted[self.pair_owner] = True
        return accepted

    def accept(self, value: int) -> Mask:
        """Return which owners accept one of the values."""
        accepted = (self.start <= value) & (value < self.stop)
        accepted[self.pair_owner[self.pair_value == value]] = True
        return accepted


def read_acceptance(
    values: list[Value], conditions: list[Condition], asked: Places, owner: Places
) -> Acceptance:
    """Return who accepts which value.

    `owner` says whose must-have each row is, ascending, and `asked` which condition it sets.
    """
    order = sorted(range(len(values)), key=lambda place: _sorting_key(values[place]))
    ordered = [values[place] for place in order]
    first, past = _stretches(ordered, conditions)
    listed = _listed(ordered, conditions)

    rows = begin(owner)
    start = np.maximum.reduceat(first[asked], rows)
    stop = np.maximum(start, np.minimum.reduceat(past[asked], rows))
    place = np.repeat(np.arange(len(rows)), np.diff(rows, append=len(owner)))

    # Who has conditions that list values accepts what all of them list, within its stretch.
    sizes = np.array([-1 if found is None else len(found) for found in listed])
    flat = np.array([value for found in listed for value in found or ()], dtype=np.intp)
    offset = np.cumsum(np.maximum(sizes, 0)) - np.maximum(sizes, 0)
    listing = np.flatnonzero(sizes[asked] >= 0)
    lists = np.bincount(place[listing], minlength=len(rows))
    many = sizes[asked[listing]]
    inside = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    value = flat[np.repeat(offset[asked[listing]], many) + inside]
    keys, named = np.unique(
        np.repeat(place[listing], many) * len(values) + value, return_counts=True
    )
    pair_owner, pair_value = np.divmod(keys, max(len(values), 1))
    both = (named == lists[pair_owner]) & (start[pair_owner] <= pair_value)
    both &= pair_value < stop[pair_owner]
    start[lists > 0] = stop[lists > 0] = 0
    return Acceptance(
        ordered,
        np.array(order, dtype=np.intp),
        owner[rows],
        start,
        stop,
        pair_owner[both],
        pair_value[both],
    )


def _sorting_key(value: Value) -> tuple[bool, float]:
    """Sort numbers before others, ascending; the others stay as they stand."""
    return (True, 0) if isinstance(value, bool | str) else (False, value)


def _stretches(ordered: list[Value], conditions: list[Condition]) -> tuple[Places, Places]:
    """Return where the values each condition accepts begin and end; all, where it lists them."""
    numbers = [value for value in ordered if not isinstance(value, bool | str)]
    low, high = closed_ends(conditions)
    first, past = np.searchsorted(numbers, low), np.searchsorted(numbers, high, side="right")
    for place, condition in enumerate(conditions):
        if not isinstance(condition, Interval):
            first[place] = 0
            past[place] = 0 if isinstance(condition, Missing) else len(ordered)
    return first, past


def _listed(ordered: list[Value], conditions: list[Condition]) -> list[list[int] | None]:
    """Return the places of the values each condition lists; None where it lists none."""
    places = {(isinstance(value, bool), value): place for place, value in enumerate(ordered)}
    found: list[list[int] | None] = []
    for condition in conditions:
        if isinstance(condition, OneOf | IsTrue):
            values = condition.values if isinstance(condition, OneOf) else [True, 1]
            keys = [(isinstance(value, bool), value) for value in values]
            found.append([places[key] for key in keys if key in places])
        else:
            found.append(None)
    return found
