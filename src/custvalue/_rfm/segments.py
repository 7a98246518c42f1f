"""The segments that levels of recency and orders make, and the table that says which."""

from collections.abc import Sequence

from custvalue._condition_makers import one_of
from custvalue._rfm.levels import FiveLevels
from custvalue._scale import Label
from custvalue._table import Row, Table


class RFMSegment(Label):
    """What recency and orders together say of a customer, in ten segments.

    Of five levels each, `DEFAULT_SEGMENTS` makes

    =======  ==============  ==================  ==================  =============  =============
    recency  orders: 1 of 5  2 of 5              3 of 5              4 of 5         5 of 5
    =======  ==============  ==================  ==================  =============  =============
    5 of 5   new             potential-loyalist  potential-loyalist  champion       champion
    4 of 5   promising       potential-loyalist  potential-loyalist  loyal          loyal
    3 of 5   about-to-sleep  about-to-sleep      needs-attention     loyal          loyal
    2 of 5   hibernating     hibernating         at-risk             at-risk        cannot-lose
    1 of 5   hibernating     hibernating         at-risk             at-risk        cannot-lose
    =======  ==============  ==================  ==================  =============  =============

    Revenue is left out: being orders times average order value, it mostly says again what orders
    say; and 25 cells can be read, 125 cannot. Revenue has its tiers; or build a table with it.

    Examples
    --------
    >>> import custvalue as cv
    >>> cv.RFMSegment.CANNOT_LOSE.value, cv.RFMSegment.CHAMPION.label(lang="zh")
    ('cannot-lose', '冠军客户')
    """

    CHAMPION = "champion", "冠军客户"
    LOYAL = "loyal", "忠诚客户"
    POTENTIAL_LOYALIST = "potential-loyalist", "潜在忠诚客户"
    NEW = "new", "新客户"
    PROMISING = "promising", "有潜力客户"
    NEEDS_ATTENTION = "needs-attention", "需关注客户"
    ABOUT_TO_SLEEP = "about-to-sleep", "即将沉睡客户"
    AT_RISK = "at-risk", "流失风险客户"
    CANNOT_LOSE = "cannot-lose", "不能失去的客户"
    HIBERNATING = "hibernating", "休眠客户"


def _cells(
    recency: Sequence[FiveLevels], orders: Sequence[FiveLevels], then: RFMSegment, because: str
) -> Row[RFMSegment]:
    when = {"recency_level": one_of(*recency), "orders_level": one_of(*orders)}
    return Row(when, then, because=because)


_1, _2, _3, _4, _5 = FiveLevels

DEFAULT_SEGMENTS = Table(
    {"recency_level": FiveLevels, "orders_level": FiveLevels},
    RFMSegment,
    # Names after A. Nair (2022), RFM analysis for successful customer segmentation, Putler. Cells
    # as in the map of recency and frequency digits that Python courses teach with these names:
    # from "[1-2][1-2] hibernating" to "5[4-5] champions", without gaps or overlaps.
    [
        _cells([_5], [_4, _5], RFMSegment.CHAMPION, "orders often, the last just now"),
        _cells([_3, _4], [_4, _5], RFMSegment.LOYAL, "orders often, the last not long ago"),
        _cells(
            [_4, _5],
            [_2, _3],
            RFMSegment.POTENTIAL_LOYALIST,
            "not yet many orders, the last lately",
        ),
        _cells([_5], [_1], RFMSegment.NEW, "few orders, the last just now"),
        _cells([_4], [_1], RFMSegment.PROMISING, "few orders, the last lately"),
        _cells([_3], [_3], RFMSegment.NEEDS_ATTENTION, "middling in both, may turn either way"),
        _cells([_3], [_1, _2], RFMSegment.ABOUT_TO_SLEEP, "few orders, the last some time ago"),
        _cells([_1, _2], [_3, _4], RFMSegment.AT_RISK, "ordered often, the last long ago"),
        _cells([_1, _2], [_5], RFMSegment.CANNOT_LOSE, "ordered most of all, the last long ago"),
        _cells([_1, _2], [_1, _2], RFMSegment.HIBERNATING, "few orders, the last long ago"),
    ],
)
"""The table of `RFMSegment`: each of the 25 combinations has one segment, and none is "other"."""
