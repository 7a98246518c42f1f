"""One column of values, in an engine or in blocks: looked at as a whole, and counted in bins."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from typing import Protocol, TypeAlias

import attrs
import narwhals.stable.v2 as nw
import numpy as np

from custvalue._containers import Column
from custvalue._engines.frames import Frame, Sums, need_columns, require_name
from custvalue._engines.numbers import (
    check_money,
    choose,
    count,
    holds,
    look,
    read_column,
    read_money,
)
from custvalue._money import Amounts, advise_rounding, check_decimals, read_amounts, to_minor_units
from custvalue._refinement import Bins, Windows
from custvalue.errors import InputError

Blocks: TypeAlias = Sequence[Column] | Callable[[], Iterable[Column]]


@attrs.frozen(kw_only=True)
class Survey:
    """What one look at all values tells, in whole minor units."""

    count: int = 0
    missing: int = 0
    positive: int = 0
    negative: int = 0
    low: int = 0
    high: int = 0
    gain: int = 0
    """What the positive ones add up to."""
    size: float = 0.0
    """What all add up to without their signs: below 2**53, all sums are exact."""
    nothing: float = 0
    """The highest value that is not positive, as given; 0 where that is less."""

    def beside(self, other: "Survey") -> "Survey":
        """Return the survey of two parts together."""
        extremes = {"low": min, "high": max, "nothing": max}
        return Survey(
            **{
                name: extremes.get(name, lambda one, two: one + two)(mine, getattr(other, name))
                for name, mine in attrs.asdict(self).items()
            }
        )


class Values(Protocol):
    """Values wherever they are, of which every look is a pass."""

    @property
    def name(self) -> str:
        """What the values are called in errors."""

    @property
    def decimals(self) -> int:
        """The decimal places of the minor unit."""

    def survey(self) -> Survey:
        """Look at all values; raise where one is infinite, huge or off the grid."""

    def histogram(self, windows: Windows) -> Bins:
        """Count the values in bins."""


@attrs.frozen(eq=False)
class FrameValues:
    """A column of a frame in an engine."""

    frame: Frame
    name: str
    decimals: int = attrs.field(converter=check_decimals)
    _money: Frame = attrs.field(init=False)

    @_money.default
    def _read(self) -> Frame:
        require_name(self.name, "column")
        need_columns(self.frame, [self.name], "the frame", advice="name one of these")
        given = read_column(self.frame, self.name).alias("given")
        return read_money(self.frame.map(lambda rows: rows.select(given)), self.decimals)

    def survey(self) -> Survey:
        given, whole = nw.col("given"), nw.col("whole")
        size = whole.abs().cast(nw.Float64)
        sums: Sums = {
            "count": (count(~given.is_null()), "sum"),
            "missing": (count(given.is_null()), "sum"),
            "positive": (count(holds(whole > 0)), "sum"),
            "negative": (count(holds(whole < 0)), "sum"),
            "low": (whole, "min"),
            "high": (whole, "max"),
            "gain": (nw.when(whole > 0).then(size), "sum"),
            "size": (size, "sum"),
            "nothing": (nw.when(whole <= 0).then(given), "max"),
        }
        found = look(self._money, check_money(self.name, self.decimals), sums)
        known = {name: value for name, value in found.items() if value is not None}
        nothing = max(0, known.pop("nothing", 0))
        return Survey(**{name: int(value) for name, value in known.items()}, nothing=nothing)

    def histogram(self, windows: Windows) -> Bins:
        whole = nw.col("whole")
        known = self._money.map(
            lambda rows: rows.filter(~whole.is_null()).with_columns(whole.cast(nw.Int64))
        )
        sums: Sums = {
            "count": (nw.lit(1), "sum"),
            "total": (whole.cast(nw.Float64), "sum"),
            "lowest": (nw.col("given"), "min"),
        }
        found = known.gather(sums, by=_number(whole, windows))
        return Bins(
            np.array(found["by"], dtype=np.int16),
            np.array(found["count"], dtype=np.int64),
            np.array(found["total"], dtype=np.float64),
            np.array(found["lowest"]),
        ).sum()


@attrs.frozen(eq=False)
class BlockValues:
    """Values in memory, block by block."""

    blocks: Blocks
    name: str
    decimals: int = attrs.field(converter=check_decimals)

    def survey(self) -> Survey:
        return reduce(Survey.beside, map(_survey, self._read()), Survey())

    def histogram(self, windows: Windows) -> Bins:
        return reduce(
            Bins.beside, (Bins.of(block.exact, block.known, windows) for block in self._read())
        )

    def _read(self) -> Iterator[Amounts]:
        for block in self._begin():
            amounts = read_amounts(block, self.name, self.decimals)
            if amounts.exact.dtype.kind == "f":
                grid = to_minor_units(amounts.known, self.decimals)
                first = amounts.known[grid.off_grid].item(0)
                msg = (
                    f"{self.name} must be whole minor units (decimals={self.decimals}), got "
                    f"{first!r} and the like: {advise_rounding(self.decimals)}"
                )
                raise InputError(msg)
            yield amounts

    def _begin(self) -> Iterable[Column]:
        """Return the blocks, to be read once more."""
        blocks: object = self.blocks
        if callable(blocks):
            try:
                blocks = blocks()
            except TypeError as error:
                msg = f"blocks must be columns, or a function of no arguments, got one: {error}"
                raise TypeError(msg) from error
        if isinstance(self.blocks, Iterator) or not isinstance(blocks, Iterable):
            msg = (
                "blocks must be readable several times: give a list of columns, or a function that "
                f"yields them anew at each call; got {type(self.blocks).__name__}"
            )
            raise TypeError(msg)
        return blocks


def _survey(amounts: Amounts) -> Survey:
    """Return the survey of one block."""
    whole = amounts.exact
    return Survey(
        count=len(whole),
        missing=0 if amounts.missing is None else int(amounts.missing.sum()),
        positive=int(np.count_nonzero(whole > 0)),
        negative=int(np.count_nonzero(whole < 0)),
        low=int(whole.min(initial=0)),
        high=int(whole.max(initial=0)),
        gain=int(whole[whole > 0].sum(dtype=np.float64)),
        size=float(np.abs(whole).sum(dtype=np.float64)),
        nothing=amounts.known[whole <= 0].max(initial=0).item(),
    )


def _number(whole: nw.Expr, windows: Windows) -> nw.Expr:
    """Return the number of each value's bin; none outside the windows."""
    return choose(
        (
            (whole >= window.low) & (whole < window.high),
            ((whole - window.low) // window.width + window.first).cast(nw.Float64),
        )
        for window in windows
    )
