"""Logs that meet: their customer days are merged a few customers at a time.

A log that comes in batches is held as runs. A run lies in pieces, later pieces holding later
customers, and what has been merged is let go piece by piece. So two runs and what they become are
never held at once.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import attrs
import numpy as np
import pandas as pd

from custvalue._ids import Ids, read_ids
from custvalue._long_arrays import BLOCK
from custvalue._money import exact_sum
from custvalue._orders.customer_days import (
    EVERY_DAY,
    Cells,
    CustomerDays,
    Ints,
    NamedOrders,
    Places,
    join_cells,
    name_orders,
    positions,
)

LONG_COLUMNS = ("gross", "day", "orders", "lines")  # the widest first: later it would be too much


@attrs.frozen(eq=False)
class Runs:
    """Logs of one kind on their way to be one log, the small ones merged first."""

    _runs: list["_Run"] = attrs.field(factory=list)

    def add(self, log: CustomerDays) -> None:
        """Add a log; merge it with earlier ones that are not much larger."""
        self._runs.append(_Run([attrs.evolve(log, named=None)], log.named))
        while len(self._runs) > 1 and len(self._runs[-2]) <= 2 * len(self._runs[-1]):
            self._runs.append(_merge([self._runs.pop(-2), self._runs.pop()]))

    def whole(self) -> CustomerDays:
        """Return what building from the rows of all logs at once would give; use them up."""
        return _whole(self._runs.pop() if len(self._runs) == 1 else _merge(self._runs))


@attrs.frozen(eq=False)
class _Run:
    """A log in pieces, and its named orders, whose customers are counted through all pieces."""

    pieces: list[CustomerDays]
    named: NamedOrders | None

    def __len__(self) -> int:
        return sum(len(piece.day) for piece in self.pieces)


def _merge(runs: list[_Run]) -> _Run:
    """Return one run of several, which are used up."""
    pieces = [piece for run in runs for piece in run.pieces]
    if not any(len(piece.ids) for piece in pieces):
        return runs.pop()
    sizes = [sum(len(piece.ids) for piece in run.pieces) for run in runs]
    orders = [run.named for run in runs if run.named is not None]
    runs.clear()
    customers = read_ids(_append([piece.ids for piece in pieces]))
    named, begun = None, None
    if orders:
        named = _merge_named(orders, sizes, customers)
        begun = named.begun()
        named = attrs.evolve(named, customer=customers.places()[named.customer])
    ends = np.cumsum([len(piece.ids) for piece in pieces])[:-1]
    left = list(zip(np.split(customers.codes, ends), pieces, strict=True))
    bounds = _bounds(left, customers)
    del pieces
    merged = []
    for low, high in pairwise(bounds):
        parts = []
        for owner, piece in left:
            first, stop = positions(owner, low, high)
            if first < stop:
                parts.append((owner[first:stop], piece.between(first, stop)))
        left = [(owner, piece) for owner, piece in left if len(owner) and owner[-1] >= high]
        if parts:
            merged.append(_meet(parts, customers, _from_to(begun, low, high)))
    money = [int(piece.gross.sum() + np.abs(piece.apart.amount).sum()) for piece in merged]
    exact_sum(np.array(money, dtype=np.int64), "the amounts")
    return _Run(merged, named)


def _bounds(pieces: list[tuple[Places, CustomerDays]], customers: Ids) -> list[int]:
    """Return the customer codes between which to merge at a time."""
    in_order = all((owner[1:] > owner[:-1]).all() for owner, _ in pieces)
    cells = sum(len(piece.day) + len(piece.apart.day) for _, piece in pieces)
    shares = 1 + cells // BLOCK if in_order else 1  # ids that do not compare have no order
    return [int(bound) for bound in np.linspace(0, customers.span, shares + 1)]


def _meet(
    parts: list[tuple[Places, CustomerDays]], customers: Ids, begun: Ints | None
) -> CustomerDays:
    """Merge what several logs hold of some customers."""
    sold: list[Cells] = []
    returned: list[Cells] = []
    for owner, part in parts:
        sold.append(part.sold(owner))
        apart = attrs.evolve(part.apart, customer=owner[part.apart.customer])
        sold.append(apart.pick(apart.amount >= 0))
        returned.append(apart.pick(apart.amount < 0))
    return CustomerDays.assemble(customers, join_cells(sold), join_cells(returned), begun)


def _from_to(begun: Ints | None, low: int, high: int) -> Ints | None:
    """Return the keys of some customers."""
    if begun is None:
        return None
    keys = (low << EVERY_DAY.day_bits, high << EVERY_DAY.day_bits)
    return begun[slice(*np.searchsorted(begun, keys).tolist())]


def _merge_named(orders: list[NamedOrders], sizes: list[int], customers: Ids) -> NamedOrders:
    """Return the orders of several runs, used up, each of so many customers; lines meet again."""
    begins = np.cumsum([0, *sizes[:-1]], dtype=np.int32)
    owner = np.concatenate(
        [customers.codes[begin + run.customer] for begin, run in zip(begins, orders, strict=True)]
    )
    day = np.concatenate([run.day for run in orders])
    coded = read_ids(_append([run.ids for run in orders]))
    orders.clear()
    return name_orders(coded, owner, day)


def _whole(run: _Run) -> CustomerDays:
    """Return a run in one piece, column by column; the pieces are used up."""
    pieces = run.pieces
    if len(pieces) == 1:
        return attrs.evolve(pieces[0], named=run.named)
    ids = _append([piece.ids for piece in pieces])
    lengths = np.concatenate([np.diff(piece.starts) for piece in pieces])
    begins = np.cumsum([0, *(len(piece.ids) for piece in pieces[:-1])], dtype=np.int32)
    apart = Cells(
        np.concatenate(
            [begin + piece.apart.customer for begin, piece in zip(begins, pieces, strict=True)]
        ),
        *(
            np.concatenate([getattr(piece.apart, name) for piece in pieces])
            for name in ("day", "lines", "amount")
        ),
    )
    cut = {name: [getattr(piece, name) for piece in pieces] for name in LONG_COLUMNS}
    pieces.clear()
    long: dict[str, Any] = {
        name: None if cut[name][0] is None else np.concatenate(cut.pop(name))
        for name in LONG_COLUMNS
    }
    starts = np.append(0, np.cumsum(lengths))
    index = pd.Index(ids, dtype=ids.dtype, copy=False, name=ids.name)
    return CustomerDays(ids=index, starts=starts, apart=apart, named=run.named, **long)


def _append(indexes: "Sequence[pd.Index[Any]]") -> "pd.Series[Any]":
    """Return ids one after another, in the dtype a concatenated column would have."""
    filled = [ids for ids in indexes if len(ids)] or indexes[:1]  # an empty one has no say
    columns = [pd.Series(ids, dtype=ids.dtype, copy=False) for ids in filled]
    return pd.concat(columns, ignore_index=True)
