"""The errors custvalue raises on purpose. A wrong *type* is a plain `TypeError`."""


class CustValueError(Exception):
    """The root of all errors raised by custvalue.

    Examples
    --------
    >>> import custvalue as cv
    >>> try:
    ...     cv.TopShare(cv.ParetoTier, (2,))
    ... except cv.CustValueError as error:
    ...     print(type(error).__name__)
    RuleError
    """


class RuleError(CustValueError, ValueError):
    """A rule, or the setting of a learner, is malformed.

    Examples
    --------
    >>> import custvalue as cv
    >>> try:
    ...     cv.in_range(5, 2)
    ... except cv.RuleError as error:
    ...     print(error)
    in_range(low, high) needs low < high, got 5 and 2
    """


class InputError(CustValueError, ValueError):
    """Data does not fit what a function or a rule needs.

    Examples
    --------
    >>> import custvalue as cv
    >>> try:
    ...     cv.Stage.from_label("regular")
    ... except cv.InputError as error:
    ...     print(str(error)[:33])
    Stage has no label 'regular'; it
    """
