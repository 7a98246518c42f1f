import json
import math
import pickle
import subprocess
import sys
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

import custvalue as cv
from custvalue._condition_makers import condition_from_dict, condition_to_dict
from custvalue.testing import conditions

MAKERS = [cv.at_least, cv.above, cv.at_most, cv.below, cv.one_of, cv.equals]
RANGES = [lambda x: cv.in_range(x, 3), lambda x: cv.in_range(3, x)]


class Channel(cv.Label):
    """A name to ask for."""

    WEB = "web"


def test_conditions_are_equal_by_meaning() -> None:
    """Those that say the same are equal and hash alike, however they were written."""
    same = [
        (cv.at_least(2), cv.at_least(2.0)),
        (cv.at_least(0.5), cv.at_least(Decimal("0.5"))),
        (cv.at_least(0), cv.at_least(-0.0)),
        (cv.above(3), cv.above(np.int64(3))),
        (cv.one_of(1, 2), cv.one_of(2, 1, 2.0)),
        (cv.one_of("web"), cv.equals(Channel.WEB)),
        (cv.equals(True), cv.one_of(np.True_)),
        (cv.known(), cv.known()),
    ]
    for one, other in same:
        assert one == other
        assert hash(one) == hash(other)


@given(condition=conditions())
def test_the_repr_makes_it_again(condition) -> None:
    """What is printed is the call that makes the condition."""
    names = {name: getattr(cv, name) for name in dir(cv)}
    assert eval(repr(condition), names) == condition  # noqa: S307 - our own repr


# --- as plain data -----------------------------------------------------------------------------


@given(condition=conditions())
def test_conditions_survive_storage(condition) -> None:
    """Through JSON a condition comes back as it was."""
    stored = json.loads(json.dumps(condition_to_dict(condition)))
    assert condition_from_dict(stored) == condition
    assert cv.from_dict(cv.to_dict(condition)) == condition


def test_a_condition_is_stored_as_the_call_that_makes_it() -> None:
    """The function's name and its arguments."""
    assert condition_to_dict(cv.in_range(2, 5)) == {"in_range": [2, 5]}
    assert condition_to_dict(cv.is_true()) == {"is_true": []}
    assert condition_to_dict(cv.equals("web")) == {"one_of": ["web"]}


def test_a_pickled_condition_can_be_stored_by_another_process() -> None:
    """Who got a condition out of a pickle need not have imported what makes conditions."""
    script = """
import pickle, sys
condition = pickle.loads(bytes.fromhex(sys.argv[1]))
assert "custvalue._condition_makers" not in sys.modules
from custvalue import to_dict
assert to_dict(condition)["is"] == {"at_least": [2]}
"""
    subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script, pickle.dumps(cv.at_least(2)).hex()], check=True
    )


# --- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize("make", [*MAKERS, *RANGES])
@pytest.mark.parametrize("x", [math.nan, math.inf, -math.inf, Decimal("NaN"), np.float32("inf")])
def test_bounds_are_finite(make, x) -> None:
    """NaN and infinity are no bounds."""
    with pytest.raises(cv.RuleError, match="must be given a finite number, got"):
        make(x)


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("x", [2**53, -(2**53), 1e300, 10**400])
def test_bounds_are_exact_in_float64(make, x) -> None:
    """A number so large that its neighbours cannot be told apart is no bound."""
    with pytest.raises(cv.RuleError, match=r"must be given a number below 2\*\*53 in size, got"):
        make(x)


@pytest.mark.parametrize("make", MAKERS[:4])
@pytest.mark.parametrize("x", ["2", True, np.True_, None, [2], pd.NA])
def test_bounds_are_numbers(make, x) -> None:
    """Text, flags and nothing at all are no bounds."""
    with pytest.raises(TypeError, match=f"{make.__name__} must be given numbers, got"):
        make(x)


def test_one_of_takes_text_numbers_and_flags() -> None:
    """Anything else is refused, and so is nothing."""
    with pytest.raises(TypeError, match="one_of must be given text, numbers or flags, got None"):
        cv.one_of("web", None)
    with pytest.raises(cv.RuleError, match="one_of needs at least one value, got none"):
        cv.one_of()


@pytest.mark.parametrize(("low", "high"), [(2, 2), (3, 2), (0.0, -0.0)])
def test_a_range_has_room(low, high) -> None:
    """An empty range is refused."""
    with pytest.raises(cv.RuleError, match=r"in_range\(low, high\) needs low < high, got"):
        cv.in_range(low, high)
