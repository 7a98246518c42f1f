"""From raw indicators to ratings of 0 to 100: what counts as worst, and what as best."""

import math
from typing import Any, overload

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._care.indicators import Indicator
from custvalue._containers import (
    Mask,
    Number,
    read_mapping,
    read_number,
    read_numbers,
    refuse_both,
    require_columns,
)
from custvalue._documents import Scales, document
from custvalue._words import say_number
from custvalue.errors import InputError, RuleError

Floats = npt.NDArray[np.float64]
Ends = tuple[float, float]

FULL = 100.0  # the best rating, and the best score


@attrs.frozen
class LearnedRanges:
    """Where worst and best came from; takes no part in equality.

    Attributes
    ----------
    quantiles : tuple of two floats
        The shares of the known values below which worst and best were looked for [share].
    known : tuple of pairs of Indicator and int
        How many values of each indicator were known.
    alike : tuple of Indicator
        Those whose values do not differ between the quantiles, so that nothing could be learned.

    Examples
    --------
    >>> import custvalue as cv, pandas as pd
    >>> shops = pd.DataFrame({"return_rate": [0.1, 0.5], "complaint_rate": [0.0, 0.0]})
    >>> learned = cv.care.SatisfactionLearner().fit(shops).learned
    >>> [str(indicator) for indicator in learned.alike]
    ['complaint_rate']
    """

    quantiles: Ends
    known: tuple[tuple[Indicator, int], ...]
    alike: tuple[Indicator, ...]


def read_indicator(name: object, what: str) -> Indicator:
    """Return the indicator of that name."""
    if not isinstance(name, str) or name not in list(Indicator):
        msg = f"{what} must name indicators ({', '.join(Indicator)}), got {name!r}"
        raise RuleError(msg)
    return Indicator(name)


def _tidy_ranges(ranges: object) -> tuple[tuple[Indicator, Ends], ...]:
    given = read_mapping(ranges, "ranges", "{'return_rate': (0.1, 0.6)}")
    by_name = {read_indicator(name, "ranges"): ends for name, ends in given.items()}
    return tuple((i, _read_ends(by_name[i], i)) for i in Indicator if i in by_name)


def _read_ends(ends: object, indicator: Indicator) -> Ends:
    if not isinstance(ends, tuple | list) or len(ends) != 2:  # noqa: PLR2004 - worst and best
        msg = f"the range of {indicator} must be a pair, (worst, best), got {ends!r}"
        raise TypeError(msg)
    worst, best = (float(read_number(end, f"worst and best of {indicator}")) for end in ends)
    up = indicator.higher_is_better
    if not (worst < best if up else best < worst) or math.isinf(best - worst):
        msg = (
            f"the best {indicator} must lie {'above' if up else 'below'} the worst one, got "
            f"worst {worst!r} and best {best!r}"
        )
        raise RuleError(msg)
    return worst, best


def _write(rule: "SatisfactionRanges") -> dict[str, Any]:
    learned = rule.learned
    return {
        "ranges": {indicator.value: list(ends) for indicator, ends in rule.ranges},
        "learned": None
        if learned is None
        else {
            "quantiles": list(learned.quantiles),
            "known": {indicator.value: count for indicator, count in learned.known},
            "alike": [indicator.value for indicator in learned.alike],
        },
    }


def _read(data: dict[str, Any], _scales: Scales) -> "SatisfactionRanges":
    stored = data["learned"]
    learned = None
    if stored is not None:
        low, high = (float(read_number(share, "a quantile")) for share in stored["quantiles"])
        learned = LearnedRanges(
            (low, high),
            tuple((Indicator(name), count) for name, count in stored["known"].items()),
            tuple(Indicator(name) for name in stored["alike"]),
        )
    return SatisfactionRanges(**{**data, "learned": learned})


@document("satisfaction-ranges", write=_write, read=_read)
@attrs.frozen
class SatisfactionRanges:
    """What counts as the worst and as the best of each indicator.

    The worst value is rated 0, the best 100, what lies between in proportion, and what lies
    beyond as the end it lies beyond.

    Parameters
    ----------
    ranges : mapping of Indicator or str to (worst, best)
        In the unit of the indicator's column, whatever it is. The best lies above the worst for
        what is better the higher it is, else below. An indicator without a range is not rated.
        Kept as pairs, in the order of `Indicator`.
    learned : LearnedRanges, optional
        Where they came from; takes no part in equality.

    Raises
    ------
    RuleError
        When there is no such indicator, or best and worst are the wrong way round or alike.
    InputError
        When an end is missing or infinite.
    TypeError
        When ranges are no mapping to pairs of numbers.

    Examples
    --------
    >>> import custvalue as cv
    >>> ranges = cv.care.SatisfactionRanges({"return_rate": (0, 0.5), "complaint_rate": (0.08, 0)})
    >>> ranges.rate(return_rate=0.25, complaint_rate=0.2)
    {'return_rate': 50.0, 'complaint_rate': 0.0}
    """

    ranges: tuple[tuple[Indicator, Ends], ...] = attrs.field(converter=_tidy_ranges)
    learned: LearnedRanges | None = attrs.field(default=None, kw_only=True, eq=False)

    @overload
    def rate(self, indicators: pd.DataFrame, /) -> pd.DataFrame: ...
    @overload
    def rate(self, /, **indicators: Number) -> dict[str, float]: ...
    def rate(
        self, indicators: pd.DataFrame | None = None, /, **values: Number
    ) -> "pd.DataFrame | dict[str, float]":
        """Return how well the indicators of one customer do, or those of each row of a frame.

        Parameters
        ----------
        indicators : DataFrame, shape (n, columns)
            Columns named like indicators; others are not looked at. An absent one is missing.
        **values
            Of one customer or group: known values of indicators that have a range.

        Returns
        -------
        dict of float, or DataFrame of float64 with the frame's index
            One per indicator that has a range, in the order of `Indicator`: 0 for the worst to
            100 for the best. Missing where the value is.

        Raises
        ------
        InputError
            When a single value is missing or has no range, or any is infinite (the sentence names
            the rows).
        RuleError
            When there is no such indicator.
        TypeError
            When values are no numbers, or a frame and values are given at once.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> ranges = cv.care.SatisfactionRanges({"complaint_rate": (0.08, 0)})
        >>> shops = pd.DataFrame({"complaint_rate": [0.02, 0.3, None]})
        >>> ranges.rate(shops)["complaint_rate"].tolist()
        [75.0, 0.0, nan]
        """
        if indicators is not None:
            refuse_both(values)
            rated = self._rate_columns(indicators)
            columns = {i.value: rating for i, (rating, _) in rated.items()}
            return pd.DataFrame(columns, index=indicators.index, copy=False)
        given = {read_indicator(name, "rate"): value for name, value in values.items()}
        return {i.value: self._rate_one(i, given[i]) for i in Indicator if i in given}

    def explain(self, **values: Number) -> str:
        """Say how well each indicator of one customer or group does, and between which ends.

        Parameters
        ----------
        **values
            As for `rate`.

        Returns
        -------
        str

        Raises
        ------
        InputError, RuleError, TypeError
            As for `rate`.

        Examples
        --------
        >>> import custvalue as cv
        >>> ranges = cv.care.SatisfactionRanges({"complaint_rate": (0.1, 0)})
        >>> ranges.explain(complaint_rate=0.3)
        'complaint_rate 0.3: 0 of 100, beyond the worst (worst 0.1, best 0).'
        """
        known = dict(self.ranges)
        told = []
        for name, rating in self.rate(**values).items():
            worst, best = known[Indicator(name)]
            value = float(values[name])
            beyond = {0.0: ", beyond the worst", FULL: ", beyond the best"}.get(rating, "")
            told.append(
                f"{name} {say_number(value)}: {say_number(round(rating, 2))} of 100"
                f"{'' if value in (worst, best) else beyond} "
                f"(worst {say_number(worst)}, best {say_number(best)})."
            )
        if self.learned is not None:
            low, high = (f"{share * 100:.6g}%" for share in self.learned.quantiles)
            told.append(f"Worst and best were learned: {low} of the known values, and {high}.")
        return " ".join(told)

    def _rate_one(self, indicator: Indicator, value: object) -> float:
        number = read_number(value, indicator)
        ends = dict(self.ranges).get(indicator)
        if ends is None:
            msg = f"{indicator} has no worst and best, so it is not rated: give it a range"
            raise InputError(msg)
        worst, best = ends
        return min(max((number - worst) / (best - worst), 0.0), 1.0) * FULL + 0.0

    def _rate_columns(self, indicators: pd.DataFrame) -> dict[Indicator, tuple[Floats, Mask]]:
        """Return the ratings of each indicator with a range, and which values lie beyond it."""
        require_columns(indicators, [], "indicators")
        rated = {}
        for indicator, (worst, best) in self.ranges:
            values = read_column(indicators, indicator)
            with np.errstate(over="ignore"):
                share = (values - worst) / (best - worst)
            rating = np.clip(share, 0.0, 1.0) * FULL + 0.0  # the last: no negative zero
            rated[indicator] = rating, (share < 0) | (share > 1)
        return rated


def _read_quantiles(pair: object) -> Ends:
    if not isinstance(pair, tuple | list) or len(pair) != 2:  # noqa: PLR2004 - low and high
        msg = f"quantiles must be a pair of shares, as (0.05, 0.95), got {pair!r}"
        raise TypeError(msg)
    low, high = (float(read_number(share, "quantiles")) for share in pair)
    if not 0 <= low < high <= 1:
        msg = f"quantiles must rise within 0 and 1, as (0.05, 0.95), got {pair!r}"
        raise RuleError(msg)
    return low, high


@attrs.frozen(kw_only=True)
class SatisfactionLearner:
    """Learn the worst and the best of each indicator from the customers or groups there are.

    Worst and best are quantiles of the known values, so one odd value changes little. A rating
    then says how well one does **among these**, not how well it could do.

    Parameters
    ----------
    quantiles : pair of float, default (0.05, 0.95)
        The shares of the known values at whose ends worst and best lie; for what is better the
        lower it is, best and worst. Between two values the quantile is interpolated. The default
        is chosen [share].

    Raises
    ------
    RuleError
        When the quantiles do not rise within 0 and 1.
    TypeError
        When they are no pair of numbers.

    Examples
    --------
    >>> import custvalue as cv, pandas as pd
    >>> shops = pd.DataFrame({"return_rate": [0.2, 0.3, 0.4], "complaint_rate": [0.1, 0.3, 0.2]})
    >>> ranges = cv.care.SatisfactionLearner(quantiles=(0, 1)).fit(shops)
    >>> {str(indicator): ends for indicator, ends in ranges.ranges}
    {'return_rate': (0.2, 0.4), 'complaint_rate': (0.3, 0.1)}
    """

    quantiles: Ends = attrs.field(default=(0.05, 0.95), converter=_read_quantiles)

    def fit(self, indicators: pd.DataFrame) -> SatisfactionRanges:
        """Return the worst and the best of each indicator that there is a column of.

        Parameters
        ----------
        indicators : DataFrame, shape (n, columns)
            A row per customer or group; columns named like indicators, others are not looked at.

        Returns
        -------
        SatisfactionRanges
            Without the indicators whose values do not differ; ``learned.alike`` lists them.

        Raises
        ------
        InputError
            When no indicator differs between the rows, or a value is infinite.
        TypeError
            When `indicators` is no DataFrame, or values are no numbers.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> shops = pd.DataFrame({"return_rate": [0.2, 0.3, None]})
        >>> cv.care.SatisfactionLearner(quantiles=(0, 1)).fit(shops).rate(return_rate=0.25)
        {'return_rate': 50.0}
        """
        require_columns(indicators, [], "indicators")
        ranges, counts, alike = {}, [], []
        for indicator in Indicator:
            if indicator not in indicators.columns:
                continue
            values = read_column(indicators, indicator)
            known = values[~np.isnan(values)]
            counts.append((indicator, len(known)))
            low, high = np.quantile(known, self.quantiles).tolist() if len(known) else (0.0, 0.0)
            if low == high:
                alike.append(indicator)
            else:
                ranges[indicator] = (low, high) if indicator.higher_is_better else (high, low)
        if not ranges:
            msg = (
                "indicators must differ between the rows for worst and best to be learned, got "
                f"{', '.join(alike) or 'no column of one'}: state them, as "
                "SatisfactionRanges({'return_rate': (0.1, 0.6)})"
            )
            raise InputError(msg)
        learned = LearnedRanges(self.quantiles, tuple(counts), tuple(alike))
        return SatisfactionRanges(ranges, learned=learned)


def read_column(indicators: pd.DataFrame, indicator: Indicator) -> Floats:
    """Return the values of an indicator; NaN where they are missing."""
    if indicator not in indicators.columns:
        return np.full(len(indicators), np.nan)
    return read_numbers(indicators[indicator.value], indicator).as_floats()
