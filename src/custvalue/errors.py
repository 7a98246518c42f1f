"""The errors custvalue raises on purpose. A wrong *type* is a plain `TypeError`."""


class CustValueError(Exception):
    """The root of all errors raised by custvalue."""


class RuleError(CustValueError, ValueError):
    """A rule, or the setting of a learner, is malformed."""


class InputError(CustValueError, ValueError):
    """Data does not fit what a function or a rule needs."""
