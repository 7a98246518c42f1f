"""The order log as sorted numpy columns: one row per customer and order day.

Money that moved apart from orders (refunds, and later lines of an order on a day without an order
of its own) stands in a second, small table. So every row of the first is a day with an order, and
first, last, gaps and counts are read off positions.
"""

from collections.abc import Sequence
from typing import Any, Self

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._calendar import FIRST_DAY, LAST_DAY, Days
from custvalue._containers import NAMED_ROWS, Mask
from custvalue._ids import Ids
from custvalue._long_arrays import blocks, keep_only
from custvalue._money import exact_sum
from custvalue._words import say_count
from custvalue.errors import InputError

Ints = npt.NDArray[np.int64]
Counts = npt.NDArray[np.unsignedinteger[Any]]
Places = npt.NDArray[np.integer[Any]]
KEY_BITS = 63  # of a signed 64-bit sort key


@attrs.frozen(eq=False)
class Cells:
    """Lines and money per customer and day, sorted by both."""

    customer: Places
    day: Days
    lines: Counts
    amount: Ints

    def pick(self, rows: Mask | slice) -> "Cells":
        """Return some of the cells."""
        return Cells(self.customer[rows], self.day[rows], self.lines[rows], self.amount[rows])


@attrs.frozen
class DayKeys:
    """Customer and day as one whole number that sorts by both."""

    first: int
    day_bits: int
    bits: int

    @classmethod
    def of(cls, customer: Places, day: Days) -> Self:
        """Return the packing that holds these customers and days."""
        first = int(day.min())
        day_bits = (int(day.max()) - first).bit_length()
        return cls(first, day_bits, int(customer.max()).bit_length() + day_bits)

    def pack(self, customer: Places, day: Days) -> Ints:
        """Return the key of each customer and day."""
        key = customer.astype(np.int64)
        key <<= self.day_bits
        key |= day - np.int32(self.first)
        return key

    def cells(self, key: Ints, lines: Counts, amount: Ints) -> Cells:
        """Return cells from their keys, which are used up."""
        day = np.empty(len(key), dtype=np.int32)
        for block in blocks(len(key)):
            day[block] = (key[block] & ((1 << self.day_bits) - 1)) + self.first
        key >>= self.day_bits
        return Cells(key, day, lines, amount)


EVERY_DAY = DayKeys(FIRST_DAY, (LAST_DAY - FIRST_DAY).bit_length(), KEY_BITS)


@attrs.frozen(eq=False)
class NamedOrders:
    """Orders that carry an id: whose they are and the day of their first non-negative line."""

    ids: "pd.Index[Any]"
    customer: Places
    day: Days

    def begun(self) -> Ints:
        """Return the days on which they began, as sorted keys of customer and day."""
        begun = EVERY_DAY.pack(self.customer, self.day)
        begun.sort()
        return begun


@attrs.frozen(eq=False)
class CustomerDays:
    """All customers of a log, sorted by id, and their order days, sorted by day.

    ``day[starts[i]:starts[i + 1]]`` are the order days of customer ``ids[i]``, with the number of
    orders, of non-negative lines (None: one per order), and their money in minor units.
    """

    ids: "pd.Index[Any]"
    starts: Ints
    day: Days
    orders: Counts
    lines: Counts | None
    gross: Ints
    apart: Cells
    """Refunds (amount < 0) and late lines (amount ≥ 0); customers by position in `ids`."""
    named: NamedOrders | None

    @classmethod
    def from_rows(cls, customers: Ids, day: Days, amount: Ints, orders: Ids | None) -> Self:
        """Build from validated rows; an order code of -1 is a row without an order id."""
        exact_sum(amount, "the amounts")
        owner, named, begun, returned = customers.codes, None, None, cells_of_nothing()
        bought = amount >= 0
        if not bought.all():
            refund = ~bought
            returned = _collapse(owner[refund], day[refund], -amount[refund])
            returned = attrs.evolve(returned, amount=-returned.amount)
        if orders is not None:
            lines = attrs.evolve(orders, codes=orders.codes[bought])
            named = name_orders(lines, owner[bought], day[bought])
            begun = named.begun()
            named = attrs.evolve(named, customer=customers.places()[named.customer])
        sold = _collapse(owner, day, amount, bought)
        return attrs.evolve(cls.assemble(customers, sold, returned, begun), named=named)

    @classmethod
    def assemble(cls, customers: Ids, sold: Cells, returned: Cells, begun: Ints | None) -> Self:
        """Give customers their order days, and put the money of other days apart.

        `begun` holds the sorted keys of the days on which named orders began; None: each line is
        an order.
        """
        orders, lines, apart = sold.lines, None, returned
        if begun is not None:
            orders = _count_at(sold, begun)
            own = orders > 0
            if not own.all():
                late, sold, orders = sold.pick(~own), sold.pick(own), orders[own]
                apart = _side_by_side(late, returned)
            lines = sold.lines
        begins = np.flatnonzero(_begins(sold.customer))
        codes = buyers = sold.customer[begins]
        starts = np.append(begins, len(sold.day))
        if len(apart.day):
            others = _others(buyers, apart.customer)
            place = np.searchsorted(buyers, others)
            codes = np.insert(buyers.astype(np.int64, copy=False), place, others)
            starts = np.insert(starts, place, starts[place])
            apart = attrs.evolve(apart, customer=_places(codes, apart.customer))
        ids = customers.take(codes)
        return cls(ids, starts, sold.day, orders, lines, sold.amount, apart, None)

    def sold(self, owner: Places) -> Cells:
        """Return the non-negative lines on order days; `owner` names the customers anew."""
        lines = self.orders if self.lines is None else self.lines
        return Cells(np.repeat(owner, np.diff(self.starts)), self.day, lines, self.gross)

    def between(self, first: int, stop: int) -> "CustomerDays":
        """Return the part of some customers, by position; their named orders are left out."""
        rows = slice(int(self.starts[first]), int(self.starts[stop]))
        others = slice(*positions(self.apart.customer, first, stop))
        apart = self.apart.pick(others)
        return CustomerDays(
            self.ids[first:stop],
            self.starts[first : stop + 1] - self.starts[first],
            self.day[rows],
            self.orders[rows],
            None if self.lines is None else self.lines[rows],
            self.gross[rows],
            attrs.evolve(apart, customer=apart.customer - np.int32(first)),
            None,
        )

    def ends(self, day: int) -> Ints:
        """Return for each customer the position after its last order day up to `day`."""
        if not len(self.day) or day >= int(self.day.max()):
            return self.starts[1:]
        passed = np.zeros(len(self.day) + 1, dtype=np.int64)
        np.cumsum(self.day <= day, out=passed[1:])
        return self.starts[:-1] + np.diff(passed[self.starts])

    def seen_by(self, day: int, ends: Ints | None = None) -> Mask:
        """Return which customers had any row up to `day`, whose `ends` may be at hand."""
        seen = (self.ends(day) if ends is None else ends) > self.starts[:-1]
        seen[self.apart.customer[self.apart.day <= day]] = True
        return seen

    def until(self, day: int) -> "CustomerDays":
        """Return what building from the rows up to `day` would give."""
        ends = self.ends(day)
        apart = self.apart.pick(self.apart.day <= day)
        seen = self.seen_by(day, ends)
        place = np.cumsum(seen, dtype=np.int32) - 1
        kept = self.day <= day
        named = None
        if self.named is not None:
            early = self.named.day <= day
            named = NamedOrders(
                self.named.ids[early], place[self.named.customer[early]], self.named.day[early]
            )
        return CustomerDays(
            self.ids[seen],
            np.append(0, np.cumsum((ends - self.starts[:-1])[seen])),
            self.day[kept],
            self.orders[kept],
            None if self.lines is None else self.lines[kept],
            self.gross[kept],
            attrs.evolve(apart, customer=place[apart.customer]),
            named,
        )

    def count_rows(self) -> dict[str, int]:
        """Return how many rows were orders, further lines of orders, and refunds."""
        refund = self.apart.amount < 0
        orders = int(self.orders.sum())
        lines = orders if self.lines is None else int(self.lines.sum())
        lines += int(self.apart.lines[~refund].sum())
        refunds = int(self.apart.lines[refund].sum())
        return {"orders": orders, "merged lines": lines - orders, "refunds": refunds}

    def count_rows_after(self, day: int) -> int:
        """Return how many rows lie after `day`."""
        lines = self.orders if self.lines is None else self.lines
        late, apart = lines[self.day > day], self.apart.lines[self.apart.day > day]
        return int(late.sum()) + int(apart.sum())

    def count_bytes(self) -> int:
        """Return the memory held, in bytes, besides the ids themselves."""
        held: list[npt.NDArray[Any]] = [self.starts, self.day, self.orders, self.gross]
        held += [self.apart.customer, self.apart.day, self.apart.lines, self.apart.amount]
        if self.lines is not None:
            held.append(self.lines)
        if self.named is not None:
            held += [self.named.customer, self.named.day]
        whole = (column if column.base is None else column.base for column in held)
        return sum(column.nbytes for column in whole)


def cells_of_nothing() -> Cells:
    """Return no cells."""
    return Cells(
        np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.uint8), np.empty(0, np.int64)
    )


def positions(sorted_codes: Places, first: int, stop: int) -> tuple[int, int]:
    """Return where codes from `first` up to `stop` begin and end."""
    wanted = np.array((first, stop), dtype=sorted_codes.dtype)  # of another dtype all are copied
    begin, end = np.searchsorted(sorted_codes, wanted).tolist()
    return begin, end


def sum_runs(values: npt.NDArray[Any], low: Ints, high: Ints) -> Ints:
    """Return the sum of each ``values[low[i]:high[i]]``; runs are in order and do not overlap."""
    sums = np.zeros(len(low), dtype=np.int64)
    full = np.flatnonzero(high > low)
    if not len(full):
        return sums
    edges = np.empty(2 * len(full), dtype=np.int64)
    edges[0::2], edges[1::2] = low[full], high[full]
    if edges[-1] == len(values):
        edges = edges[:-1]
    sums[full] = np.add.reduceat(values, edges, dtype=np.int64)[0::2]
    return sums


# --- from rows to cells ------------------------------------------------------------------------


def _collapse(customer: Places, day: Days, amount: Ints, rows: Mask | None = None) -> Cells:
    """Sum some rows (None: all) of one line and no negative amount each, per customer and day.

    Customer, day and amount are packed into one whole number where they fit, so that one sort of
    plain numbers does it and nothing is fetched from elsewhere.
    """
    count = len(day) if rows is None else int(np.count_nonzero(rows))
    if not count:
        return cells_of_nothing()
    days = DayKeys.of(customer, day)
    amount_bits = int(amount.max()).bit_length()
    if days.bits + amount_bits > KEY_BITS:
        picked = slice(None) if rows is None else rows
        customer, day, amount = customer[picked], day[picked], amount[picked]
        key = days.pack(customer, day)
        return _join_lines(days, key, _order(key, days.bits), amount, np.ones(count, np.uint8))
    key, filled = np.empty(count, dtype=np.int64), 0
    for block in blocks(len(day)):
        packed = days.pack(customer[block], day[block])
        packed <<= amount_bits
        packed |= amount[block]
        if rows is not None:
            packed = packed[rows[block]]
        key[filled : filled + len(packed)] = packed
        filled += len(packed)
    key.sort()
    amount = key & ((1 << amount_bits) - 1)
    key >>= amount_bits
    new = _begins(key)
    again = np.flatnonzero(~new)
    if not len(again):
        return days.cells(key, np.ones(len(key), dtype=np.uint8), amount)
    run = again - np.arange(1, len(again) + 1)
    further = amount[again]
    amount = keep_only(amount, new)
    np.add.at(amount, run, further)
    begins = np.flatnonzero(_begins(run))
    more = np.diff(begins, append=len(run))
    lines = np.ones(len(amount), dtype=np.min_scalar_type(int(more.max()) + 1))
    lines[run[begins]] += more.astype(lines.dtype)
    return days.cells(keep_only(key, new), lines, amount)


def _join_lines(days: DayKeys, key: Ints, order: Ints, amount: Ints, lines: Counts) -> Cells:
    """Sum rows of any number of lines and any amount each, per customer and day."""
    key, amount, lines = key[order], amount[order], lines[order]
    new = _begins(key)
    again = np.flatnonzero(~new)
    if len(again):
        run = again - np.arange(1, len(again) + 1)
        further, more = amount[again], lines[again].astype(np.int64)
        key, amount, lines = key[new], amount[new], lines[new].astype(np.int64)
        np.add.at(amount, run, further)
        np.add.at(lines, run, more)
        lines = lines.astype(np.min_scalar_type(int(lines.max())))
    return days.cells(key, lines, amount)


def _order(key: Ints, key_bits: int) -> Ints:
    """Return the permutation that sorts `key`, by one plain sort where row numbers fit beside."""
    row_bits = len(key).bit_length()
    if key_bits + row_bits > KEY_BITS:
        return np.argsort(key)
    packed = key << row_bits
    packed |= np.arange(len(key))
    packed.sort()
    packed &= (1 << row_bits) - 1
    return packed


def _begins(sorted_keys: npt.NDArray[Any]) -> Mask:
    """Return which positions begin a run of equal keys."""
    new = np.empty(len(sorted_keys), dtype=np.bool_)
    new[:1] = True
    np.not_equal(sorted_keys[1:], sorted_keys[:-1], out=new[1:])
    return new


def join_cells(parts: Sequence[Cells]) -> Cells:
    """Sum the cells of several logs per customer and day."""
    day = np.concatenate([part.day for part in parts])
    if not len(day):
        return cells_of_nothing()
    customer = np.concatenate([part.customer for part in parts])
    days = DayKeys.of(customer, day)
    key = days.pack(customer, day)
    return _join_lines(
        days,
        key,
        np.argsort(key, kind="stable"),  # each part is sorted already: they are merged
        np.concatenate([part.amount for part in parts]),
        np.concatenate([part.lines for part in parts]),
    )


def _side_by_side(one: Cells, other: Cells) -> Cells:
    """Return the cells of both, by customer."""
    order = np.argsort(np.concatenate((one.customer, other.customer)), kind="stable")
    parts = ("customer", "day", "lines", "amount")
    return Cells(
        *(np.concatenate((getattr(one, part), getattr(other, part)))[order] for part in parts)
    )


def _others(buyers: Places, customers: Places) -> Places:
    """Return the sorted codes of customers who never bought."""
    if not len(buyers):
        return np.unique(customers)
    place = np.searchsorted(buyers, customers)
    place[place == len(buyers)] = 0
    return np.unique(customers[buyers[place] != customers])


def _places(codes: Places, wanted: Places) -> npt.NDArray[np.int32]:
    return np.searchsorted(codes, wanted).astype(np.int32)


# --- orders that carry an id -------------------------------------------------------------------


def name_orders(orders: Ids, owner: Places, day: Days) -> NamedOrders:
    """Return each order's customer and first day, from its non-negative lines."""
    customer = np.full(orders.span, -1, dtype=np.int32)
    customer[orders.codes] = owner
    torn = customer[orders.codes] != owner
    if torn.any():
        codes = np.unique(orders.codes[torn])
        named = ", ".join(map(str, orders.take(codes[:NAMED_ROWS])))
        stand = say_count(len(codes), "order id stands", "order ids stand")
        msg = (
            f"an order must belong to one customer, {stand} with several ({named}): make order "
            "ids unique, as by joining them with the customer id"
        )
        raise InputError(msg)
    first = np.full(orders.span, np.iinfo(np.int32).max, dtype=np.int32)
    np.minimum.at(first, orders.codes, day)
    there = np.flatnonzero(customer >= 0)
    customer, first = customer[there], first[there]
    return NamedOrders(orders.take(there), customer, first)


def _count_at(sold: Cells, begun: Ints) -> Counts:
    """Return how many of the named orders begin in each cell."""
    if not len(sold.day):
        return sold.lines
    cells = EVERY_DAY.pack(sold.customer, sold.day)
    count = np.bincount(np.searchsorted(cells, begun), minlength=len(cells))
    return count.astype(np.min_scalar_type(int(count.max())))
