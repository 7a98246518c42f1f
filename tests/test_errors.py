import pytest

import custvalue as cv
from custvalue import errors


@pytest.mark.parametrize("error", [errors.RuleError, errors.InputError])
def test_errors_are_ours_and_built_in(error) -> None:
    """Each error is caught as CustValueError and as ValueError."""
    assert issubclass(error, errors.CustValueError)
    assert issubclass(error, ValueError)


def test_a_malformed_rule_and_unfit_data_are_told_apart() -> None:
    """What is wrong with a rule is a RuleError, what is wrong with data an InputError."""
    with pytest.raises(cv.RuleError):
        cv.at_least(float("nan"))
    with pytest.raises(cv.InputError):
        cv.at_least(1).holds(float("inf"))
    assert not issubclass(cv.RuleError, cv.InputError)


def test_a_wrong_type_is_a_plain_type_error() -> None:
    """A wrong type is no error of ours: the built-in one says it."""
    with pytest.raises(TypeError) as caught:
        cv.at_least("2")
    assert not isinstance(caught.value, cv.CustValueError)
