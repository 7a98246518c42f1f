"""What a return curve is asked: customers' silences and measures, and a horizon."""

from typing import Any, Self, cast

import attrs
import numpy as np
import numpy.typing as npt

from custvalue._containers import (
    Column,
    Mask,
    Number,
    as_series,
    is_column,
    is_missing,
    name_rows,
    plain,
    read_number,
    read_numbers,
    require_same_index,
)
from custvalue._words import say_number
from custvalue.errors import InputError

Floats = npt.NDArray[np.float64]

ENDLESS = 1e200  # stands for longer silences and horizons, so that their products stay finite


@attrs.frozen(eq=False)
class Question:
    """Silences and what else is known of each customer, NaN where missing; all of shape (n,)."""

    silence: Floats
    within: float
    order_days: Floats | None
    mean_gap_days: Floats | None

    @classmethod
    def read(
        cls,
        silence: Column | Number,
        within: Number,
        order_days: Column | Number | None,
        mean_gap_days: Column | Number | None,
    ) -> Self:
        """Read one customer or a column of them."""
        horizon = float(read_number(within, "within"))
        if horizon <= 0:
            msg = f"within must be above 0, got {within!r}: give the horizon, as within=90"
            raise InputError(msg)
        quiet = _read(silence, "silence")
        _refuse(quiet < 0, silence, "silence must be 0 or more", "look on a later day")
        days = _read_beside(order_days, "order_days", silence, len(quiet))
        if days is not None:
            _refuse(
                (days < 1) & ~np.isnan(quiet),
                order_days,
                "order_days must be 1 or more for a silence to begin",
                "count them over the whole history",
            )
        gap = _read_beside(
            mean_gap_days,
            "mean_gap_days",
            silence,
            len(quiet),
            may_lack=days is not None and not is_column(silence) and bool(days[0] == 1),
        )
        if gap is not None:
            _refuse(
                gap <= 0, mean_gap_days, "mean_gap_days must be above 0", "leave unknown ones out"
            )
        return cls(quiet, horizon, days, gap)

    def lengths(self, *, in_gaps: bool = False) -> tuple[Floats, Floats]:
        """Return silence and horizon as they were given, or in the customers' gaps if known."""
        silence, within = self.silence, np.full(len(self.silence), self.within)
        if in_gaps and self.mean_gap_days is not None:
            with np.errstate(over="ignore"):
                silence, within = silence / self.mean_gap_days, within / self.mean_gap_days
        return np.minimum(silence, ENDLESS), np.minimum(within, ENDLESS)

    def by_rhythm(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Return all of it, which a curve by rhythm needs."""
        if self.order_days is None or (self.mean_gap_days is None and (self.order_days > 1).any()):
            lacking = "order_days" if self.order_days is None else "mean_gap_days"
            msg = (
                f"a curve by rhythm needs the customers' order_days and mean_gap_days, got no "
                f"{lacking}: give the columns of OrderLog.customers"
            )
            raise InputError(msg)
        gap = self.mean_gap_days
        if gap is None:
            gap = np.full(len(self.silence), np.nan)
        return *self.lengths(), self.order_days, gap


def _read(values: Column | Number, what: str) -> Floats:
    """Return a column, or one number as a column of one."""
    if not is_column(values):
        return np.array([read_number(values, what)], dtype=np.float64)
    return read_numbers(cast("Column", values), what).as_floats()


def _read_beside(
    values: Column | Number | None,
    what: str,
    silence: Column | Number,
    count: int,
    *,
    may_lack: bool = False,
) -> Floats | None:
    """Return what is known of each customer, one number of all or of each; None: not given."""
    if values is None:
        return None
    if is_column(values) and is_column(silence):
        require_same_index(cast("Column", silence), cast("Column", values), f"silence and {what}")
    elif is_column(values):
        msg = f"{what} must be one number beside one silence, got a column: give both as columns"
        raise TypeError(msg)
    if may_lack and is_missing(plain(values)):
        return np.full(count, np.nan)
    return np.broadcast_to(_read(values, what), (count,))


def _refuse(wrong: Mask, values: Any, must: str, advice: str) -> None:  # noqa: ANN401 - one or many
    if not wrong.any():
        return
    if is_column(values):
        got = f"less in {name_rows(wrong, as_series(values, 'values'))}"
    else:
        got = say_number(values)
    msg = f"{must}, got {got}: {advice}"
    raise InputError(msg)
