"""Levels of any measure, the higher the better: three, four or five of them."""

from custvalue._scale import Scale


class ThreeLevels(Scale):
    """Three levels; the higher the better, whatever is measured.

    Examples
    --------
    >>> import custvalue as cv
    >>> [str(level) for level in cv.rfm.ThreeLevels.best_first()]
    ['3 of 3', '2 of 3', '1 of 3']
    """

    ONE = "1 of 3", "1分（满分3分）"
    TWO = "2 of 3", "2分（满分3分）"
    THREE = "3 of 3", "3分（满分3分）"


class FourLevels(Scale):
    """Four levels; the higher the better, whatever is measured.

    Examples
    --------
    >>> import custvalue as cv
    >>> cv.rfm.FourLevels.ONE < cv.rfm.FourLevels.FOUR
    True
    """

    ONE = "1 of 4", "1分（满分4分）"
    TWO = "2 of 4", "2分（满分4分）"
    THREE = "3 of 4", "3分（满分4分）"
    FOUR = "4 of 4", "4分（满分4分）"


class FiveLevels(Scale):
    """Five levels; the higher the better, whatever is measured.

    Examples
    --------
    >>> import custvalue as cv
    >>> cv.rfm.FiveLevels.FIVE > "4 of 5"
    True
    """

    ONE = "1 of 5", "1分（满分5分）"
    TWO = "2 of 5", "2分（满分5分）"
    THREE = "3 of 5", "3分（满分5分）"
    FOUR = "4 of 5", "4分（满分5分）"
    FIVE = "5 of 5", "5分（满分5分）"


class ThreeByDays(Scale, best="first"):
    """`ThreeLevels` in the order of days: the more days since the last order, the lower.

    Examples
    --------
    >>> import custvalue as cv
    >>> cv.Bands(cv.rfm.ThreeByDays, (cv.above(30), cv.above(90))).classify(31).value
    '2 of 3'
    """

    THREE = "3 of 3", "3分（满分3分）"
    TWO = "2 of 3", "2分（满分3分）"
    ONE = "1 of 3", "1分（满分3分）"


class FourByDays(Scale, best="first"):
    """`FourLevels` in the order of days: the more days since the last order, the lower.

    Examples
    --------
    >>> import custvalue as cv
    >>> [str(level) for level in cv.rfm.FourByDays.best_first()]
    ['4 of 4', '3 of 4', '2 of 4', '1 of 4']
    """

    FOUR = "4 of 4", "4分（满分4分）"
    THREE = "3 of 4", "3分（满分4分）"
    TWO = "2 of 4", "2分（满分4分）"
    ONE = "1 of 4", "1分（满分4分）"


class FiveByDays(Scale, best="first"):
    """`FiveLevels` in the order of days: the more days since the last order, the lower.

    Examples
    --------
    >>> import custvalue as cv
    >>> cv.rfm.FiveByDays.best, cv.rfm.FiveByDays.FIVE.rank
    ('first', 0)
    """

    FIVE = "5 of 5", "5分（满分5分）"
    FOUR = "4 of 5", "4分（满分5分）"
    THREE = "3 of 5", "3分（满分5分）"
    TWO = "2 of 5", "2分（满分5分）"
    ONE = "1 of 5", "1分（满分5分）"


LEVELS: dict[int, type[Scale]] = {3: ThreeLevels, 4: FourLevels, 5: FiveLevels}
BY_DAYS: dict[type[Scale], type[Scale]] = {
    ThreeLevels: ThreeByDays,
    FourLevels: FourByDays,
    FiveLevels: FiveByDays,
}
