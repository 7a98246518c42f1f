"""What became of a customer base between two reviews: in quantity, in quality, and in money."""

import datetime as dt
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._containers import Mask
from custvalue._money import to_minor_units
from custvalue._reviews.report import Report, Sheet
from custvalue._reviews.words import Lang, phrase, say_customers, say_money, sheet_of
from custvalue._scale import Label
from custvalue.movements import Movement

SCALES = ("tier", "stage", "state")
MOVED = ("advanced", "held", "slipped", "joined", "left")


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Comparison:
    """What became of a customer base between two days; made by `compare`.

    Quantity is who joined and left; quality is who moved to a better step, and who to a worse one.

    Attributes
    ----------
    earlier, later : date
        The days of the two reviews.
    customers : DataFrame indexed by customer id
        Everyone in either review: those of the later one, then those who left. ``tier_before``,
        ``tier_after``, and likewise of ``segment``, ``stage``, ``state``, ``measure``: categorical,
        missing where there was none. ``ordered`` bool: whether there was an order between the
        dates. ``revenue_between`` float64 [money]: net of refunds, missing for who left.
    tiers, stages, states : Movement
        Who moved on each scale; who has no step, as a prospect has no tier, is not on it.
    joined, left : int
        Customers in the later review only, and in the earlier one only.
    revenue_between, revenue_of_joined : float
        Net revenue between the dates, and the part of it from customers who joined [money].
    tier_report : DataFrame indexed by tier, best first
        As `tier_report` gives it for the earlier day, with ``retention``: the share that ordered
        between the dates; and ``revenue_between`` [money].
    notes : tuple of str
        What a reader of these figures must know, in sentences.

    Examples
    --------
    >>> import custvalue as cv
    >>> from custvalue.examples import example_orders
    >>> log = cv.OrderLog.from_frame(example_orders())
    >>> reviews = [
    ...     cv.review(log, as_of=day, sleep=cv.SleepPolicy(20, 40, 60))
    ...     for day in ("2026-01-05", "2026-01-31")
    ... ]
    >>> str(cv.reviews.compare(*reviews)).splitlines()[0]
    'From 2026-01-05 to 2026-01-31: 1 customer before, 2 customers after; 1 joined, 0 left.'
    """

    earlier: dt.date
    later: dt.date
    customers: pd.DataFrame
    tiers: Movement
    stages: Movement
    states: Movement
    joined: int
    left: int
    revenue_between: float
    revenue_of_joined: float
    tier_report: pd.DataFrame
    notes: tuple[str, ...]
    _answers: type[Label]
    _decimals: int
    _currency: str | None

    @property
    def movements(self) -> pd.DataFrame:
        """How many customers moved which way on each scale.

        Returns
        -------
        DataFrame of int64
            Indexed by what `Movement.to_frame` counts: ``before``, ``after``, ``advanced``,
            ``held``, ``slipped``, ``joined``, ``left``, ``net_joined`` (quantity),
            ``net_advanced`` (quality). Columns ``tier``, ``stage``, ``state``.

        Examples
        --------
        >>> import custvalue as cv
        >>> from custvalue.examples import example_orders
        >>> log = cv.OrderLog.from_frame(example_orders())
        >>> sleep = cv.SleepPolicy(20, 40, 60)
        >>> reviews = [
        ...     cv.review(log, as_of=day, sleep=sleep) for day in ("2026-01-05", "2026-01-31")
        ... ]
        >>> cv.reviews.compare(*reviews).movements.loc[["advanced", "joined"], "stage"].to_dict()
        {'advanced': 1, 'joined': 1}
        """
        counted = [moved.to_frame().iloc[0] for moved in self._movements()]
        return pd.DataFrame(
            {name: counts.to_numpy() for name, counts in zip(SCALES, counted, strict=True)},
            index=pd.Index(counted[0].index, name="moved"),
        )

    @property
    def money(self) -> pd.DataFrame:
        """What customers who moved one way or another brought between the dates.

        Returns
        -------
        DataFrame of float64 [money]
            Indexed by ``advanced``, ``held``, ``slipped``, ``joined``, ``left``. Columns ``tier``,
            ``stage``, ``state``. Who is no longer in the later review counts nowhere.

        Examples
        --------
        >>> import custvalue as cv
        >>> from custvalue.examples import example_orders
        >>> log = cv.OrderLog.from_frame(example_orders())
        >>> sleep = cv.SleepPolicy(20, 40, 60)
        >>> reviews = [
        ...     cv.review(log, as_of=day, sleep=sleep) for day in ("2026-01-05", "2026-01-31")
        ... ]
        >>> cv.reviews.compare(*reviews).money.loc[["advanced", "joined"], "stage"].to_dict()
        {'advanced': 25.0, 'joined': 15.5}
        """
        units = units_of(self.customers["revenue_between"], self._decimals)
        brought = {
            name: [units[these].sum() / 10**self._decimals for these in self._who_moved(name)]
            for name in SCALES
        }
        return pd.DataFrame(brought, index=pd.Index(MOVED, name="moved"))

    @property
    def measures(self) -> pd.DataFrame:
        """How many customers call for each measure, before and after.

        Returns
        -------
        DataFrame of int64 indexed by measure
            ``before``, ``after``, and ``stayed``: who called for it on both days.

        Examples
        --------
        >>> import custvalue as cv
        >>> from custvalue.examples import example_orders
        >>> log = cv.OrderLog.from_frame(example_orders())
        >>> sleep = cv.SleepPolicy(20, 40, 60)
        >>> reviews = [
        ...     cv.review(log, as_of=day, sleep=sleep) for day in ("2026-01-05", "2026-01-31")
        ... ]
        >>> cv.reviews.compare(*reviews).measures.loc["welcome"].to_dict()
        {'before': 1, 'after': 0, 'stayed': 0}
        """
        before, after = _codes(self.customers, "measure")
        both = np.where(before == after, after, -1)
        counted = {
            name: np.bincount(codes[codes >= 0], minlength=len(self._answers)).astype(np.int64)
            for name, codes in (("before", before), ("after", after), ("stayed", both))
        }
        index = pd.CategoricalIndex(list(self._answers), dtype=self._answers.dtype())
        return pd.DataFrame(counted, index=index.rename("measure"))

    def to_text(self, *, lang: Lang = "en") -> str:
        """Return the comparison as text, aligned, in lines of at most 100 columns.

        Parameters
        ----------
        lang : {"en", "zh"}
            The language of headings and labels; notes stay English.

        Returns
        -------
        str

        Raises
        ------
        InputError
            For any other language.

        Examples
        --------
        >>> import custvalue as cv
        >>> from custvalue.examples import example_orders
        >>> log = cv.OrderLog.from_frame(example_orders())
        >>> sleep = cv.SleepPolicy(20, 40, 60)
        >>> reviews = [
        ...     cv.review(log, as_of=day, sleep=sleep) for day in ("2026-01-05", "2026-01-31")
        ... ]
        >>> print(cv.reviews.compare(*reviews).to_text(lang="zh").splitlines()[0])
        2026-01-05 至 2026-01-31:期初 1 位客户,期末 2 位客户;新增 1 位,离开 0 位。
        """
        return self._report(lang).as_text()

    def to_html(self, *, lang: Lang = "en") -> str:
        """Return the same as HTML; what comes from the data is text in it, never markup.

        Parameters
        ----------
        lang : {"en", "zh"}
            As for `to_text`.

        Returns
        -------
        str

        Raises
        ------
        InputError
            For any other language.

        Examples
        --------
        >>> import custvalue as cv
        >>> from custvalue.examples import example_orders
        >>> log = cv.OrderLog.from_frame(example_orders())
        >>> sleep = cv.SleepPolicy(20, 40, 60)
        >>> reviews = [
        ...     cv.review(log, as_of=day, sleep=sleep) for day in ("2026-01-05", "2026-01-31")
        ... ]
        >>> cv.reviews.compare(*reviews).to_html()[:32]
        '<p>From 2026-01-05 to 2026-01-31'
        """
        return self._report(lang).as_html()

    def __str__(self) -> str:
        return self.to_text()

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return self.to_html()

    def _movements(self) -> tuple[Movement, Movement, Movement]:
        return self.tiers, self.stages, self.states

    def _who_moved(self, name: str) -> list[Mask]:
        """Return who advanced, held, slipped, joined and left on a scale."""
        before, after = _codes(self.customers, name)
        scale = self._movements()[SCALES.index(name)].scale
        up = after > before if scale.best == "last" else after < before
        was, is_ = before >= 0, after >= 0
        same = before == after
        moved = was & is_ & ~same
        return [moved & up, was & same, moved & ~up, ~was & is_, was & ~is_]

    def _report(self, lang: Lang) -> Report:
        def money(amount: float) -> str:
            return say_money(amount, self._decimals, self._currency)

        def sheet(table: pd.DataFrame, title: str, labels: type[Label] | None = None) -> Sheet:
            return sheet_of(table, title, lang, decimals=self._decimals, labels=labels)

        after = len(self.customers) - self.left
        told = self.tier_report[["customers", "value", "retention", "revenue_between"]]
        return Report(
            [
                phrase(
                    "comparison",
                    lang,
                    earlier=self.earlier,
                    later=self.later,
                    before=say_customers(after - self.joined + self.left, lang),
                    after=say_customers(after, lang),
                    joined=f"{self.joined:,}",
                    left=f"{self.left:,}",
                ),
                phrase(
                    "between",
                    lang,
                    money=money(self.revenue_between),
                    new=money(self.revenue_of_joined),
                ),
            ],
            [
                sheet(self.movements, "movements"),
                sheet(self.money, "money"),
                sheet(told, "tiers before", self.tiers.scale),
                sheet(self.measures, "measures before", self._answers),
            ],
            [phrase("note", lang, note=note) for note in self.notes],
        )


def _codes(customers: pd.DataFrame, name: str) -> "tuple[npt.NDArray[Any], npt.NDArray[Any]]":
    """Return the places of the labels of both days; -1 where there is none."""
    before, after = (customers[f"{name}_{day}"].cat.codes.to_numpy() for day in ("before", "after"))
    return before, after


def units_of(amounts: "pd.Series[Any]", decimals: int) -> "npt.NDArray[np.int64]":
    """Return money of a log in whole minor units, 0 where it is missing."""
    return to_minor_units(np.nan_to_num(amounts.to_numpy(dtype=np.float64)), decimals).values
