import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import custvalue as cv
from custvalue._long_arrays import BLOCK
from custvalue._money import check_decimals, exact_sum, read_amounts, read_units, to_minor_units

LARGEST = 2**53 - 1


@given(
    cents=st.lists(st.one_of(st.integers(-9 * 10**15, 9 * 10**15), st.integers(-10_000, 10_000))),
    decimals=st.integers(0, 6),
)
def test_what_was_minor_units_is_minor_units(cents, decimals) -> None:
    """Money written as a float comes back as whole minor units that are that float.

    They are those it was made of, too, as long as float64 can tell minor units apart.
    """
    amounts = np.array(cents, dtype=np.float64) / 10**decimals
    minor = to_minor_units(amounts, decimals)
    assert minor.values.dtype == np.int64
    assert (minor.values / 10**decimals).tolist() == amounts.tolist()
    for cent, amount, value in zip(cents, amounts, minor.values.tolist(), strict=True):
        if np.spacing(abs(amount)) < 10**-decimals:
            assert value == cent
    assert minor.off_grid is None
    assert minor.too_large is None


def test_large_amounts_beside_small_ones() -> None:
    """A product that rounds to the wrong whole number is mended, whoever stands beside it."""
    assert 40743168290499.63 * 100 != 4074316829049963
    minor = to_minor_units(np.array([1.0, 40743168290499.63, -40743168290499.63]), 2)
    assert minor.values.tolist() == [100, 4074316829049963, -4074316829049963]


@given(wholes=st.lists(st.integers(-(10**9), 10**9)), decimals=st.integers(0, 6))
def test_whole_amounts_are_multiplied(wholes, decimals) -> None:
    """Whole amounts are exact, whether they come as int64 or float64."""
    for dtype in (np.int64, np.float64):
        minor = to_minor_units(np.array(wholes, dtype=dtype), decimals)
        assert minor.values.tolist() == [whole * 10**decimals for whole in wholes]


@pytest.mark.parametrize(
    ("amount", "decimals", "off"),
    [
        (0.1 + 0.2, 2, False),
        (1.005, 2, True),
        (1.005, 3, False),
        (19.990000001, 2, False),  # 1e-7 cents away
        (19.99000002, 2, True),  # 2e-6 cents away
        (0.5, 0, True),
        (-0.005, 2, True),
        (5_320_566_217_943.64, 2, False),  # 0.06 cents away when scaled, within 2 ulp
    ],
)
def test_amounts_between_minor_units_are_marked(amount, decimals, off) -> None:
    """What is further from a whole minor unit than rounding explains is marked."""
    minor = to_minor_units(np.array([1.0, amount]), decimals)
    assert (minor.off_grid is not None) is off
    if off:
        assert minor.off_grid.tolist() == [False, True]
    else:
        assert minor.values[1] == round(amount * 10**decimals)


@pytest.mark.parametrize("sign", [1, -1])
def test_amounts_too_large_to_be_exact_are_marked(sign) -> None:
    """2**53 minor units and more are marked, never rounded; the largest below is exact."""
    fits, too_large = sign * LARGEST, sign * (LARGEST + 1)
    for dtype in (np.int64, np.float64):
        minor = to_minor_units(np.array([fits, too_large, 1], dtype=dtype), 0)
        assert minor.too_large.tolist() == [False, True, False]
        assert minor.values.tolist() == [fits, 0, 1]
        assert minor.off_grid is None
    assert to_minor_units(np.array([sign * 10**14]), 2).too_large.tolist() == [True]


@pytest.mark.parametrize("amount", [1e300, 1e308, -1.7e308])
def test_huge_amounts_are_too_large_without_a_warning(amount) -> None:
    """Not even an amount that overflows when scaled gets through."""
    minor = to_minor_units(np.array([1.5, amount]), 2)
    assert minor.too_large.tolist() == [False, True]
    assert minor.off_grid is None
    assert minor.values.tolist() == [150, 0]


def test_blocks_meet_without_a_seam() -> None:
    """A column longer than a block is converted like a short one, marks and all."""
    amounts = np.arange(BLOCK + 2) / 100
    amounts[[BLOCK - 1, BLOCK + 1]] = [0.001, 1e300]
    minor = to_minor_units(amounts, 2)
    assert np.flatnonzero(minor.off_grid).tolist() == [BLOCK - 1]
    assert np.flatnonzero(minor.too_large).tolist() == [BLOCK + 1]
    assert minor.values[[1, BLOCK]].tolist() == [1, BLOCK]


@pytest.mark.parametrize("dtype", [np.int64, np.float64])
def test_no_amounts(dtype) -> None:
    """Nothing in, nothing out."""
    minor = to_minor_units(np.array([], dtype=dtype), 2)
    assert minor.values.tolist() == []
    assert exact_sum(minor.values, "amounts") == 0


def test_the_amounts_are_left_alone() -> None:
    """Converting writes nothing into the caller's data: it may even be read-only."""
    amounts = np.array([1.25, 0.1])
    amounts.flags.writeable = False
    assert to_minor_units(amounts, 2).values.tolist() == [125, 10]
    assert amounts.tolist() == [1.25, 0.1]


@given(data=st.data(), cents=st.lists(st.integers(-(10**12), 10**12)))
def test_sums_do_not_depend_on_the_order_of_rows(data, cents) -> None:
    """Any order gives the same sum, and it is the exact one."""
    shuffled = np.array(data.draw(st.permutations(cents)), dtype=np.int64)
    assert exact_sum(shuffled, "amounts") == sum(cents)


def test_the_cdnow_orders_add_up(cdnow_sample, cdnow_master) -> None:
    """Real amounts are whole cents; the sample's 6,919 rows add up to 244,091.94."""
    minor = to_minor_units(cdnow_sample["amount"].to_numpy(), 2)
    assert (len(minor.values), (minor.values == 0).sum()) == (6919, 8)
    assert exact_sum(minor.values, "amounts") == 244_091_94
    assert to_minor_units(cdnow_master["amount"].to_numpy(), 2).off_grid is None
    assert (len(cdnow_master), cdnow_master["customer_id"].nunique()) == (69_659, 23_570)


def test_sums_too_large_to_be_exact_raise() -> None:
    """Also where large amounts cancel: a sum by customer would meet only one of them."""
    assert exact_sum(np.array([LARGEST]), "amounts") == LARGEST
    for minor in ([LARGEST, 1], [LARGEST, -LARGEST]):
        with pytest.raises(
            cv.InputError, match=r"amounts add up to 2\*\*53 minor units or more, beyond which mon"
        ):
            exact_sum(np.array(minor), "amounts")


@pytest.mark.parametrize("decimals", [0, 2, 6])
def test_decimals_count_decimal_places(decimals) -> None:
    """From yen to micro-units."""
    assert check_decimals(decimals) == decimals


@pytest.mark.parametrize("decimals", [-1, 7, 2.0, "2", True, None, math.nan])
def test_other_decimals_are_refused(decimals) -> None:
    """Anything but a whole number from 0 to 6."""
    with pytest.raises(cv.InputError, match="decimals must be a whole number from 0 to 6, got"):
        check_decimals(decimals)


# --- an amount to spend ------------------------------------------------------------------------


def test_an_amount_to_spend() -> None:
    """One amount of money is read as whole minor units, from nothing to just below 2**53."""
    assert read_units(0, "budget", 2) == 0
    assert read_units(0.07, "budget", 2) == 7
    assert read_units(LARGEST, "budget", 0) == LARGEST


@pytest.mark.parametrize("amount", [-0.01, 0.005, LARGEST + 1, 1e15])
def test_what_cannot_be_spent(amount) -> None:
    """A debt, a part of a minor unit and more than float64 can count are refused."""
    with pytest.raises(
        cv.InputError,
        match=r"^budget must be at least 0, below 2\*\*53 minor units and a whole number of them",
    ):
        read_units(amount, "budget", 2)


# --- columns of amounts ------------------------------------------------------------------------


def test_amounts_on_the_grid_are_whole_minor_units(container) -> None:
    """In every container, known amounts become minor units; missing ones are marked."""
    amounts = read_amounts(container([1.5, None, -0.25]), "revenue", 2)
    assert amounts.known.tolist() == [1.5, -0.25]
    assert amounts.missing.tolist() == [False, True, False]
    assert (amounts.exact.tolist(), amounts.per_unit) == ([150, -25], 100)
    assert amounts.total(np.array([True, True]), "revenue") == Fraction(5, 4)


def test_amounts_off_the_grid_are_taken_as_they_are() -> None:
    """One amount between minor units leaves all of them floats, summed without rounding."""
    amounts = read_amounts([0.1] * 10 + [0.001], "score", 2)
    assert (amounts.exact.tolist(), amounts.per_unit) == ([0.1] * 10 + [0.001], 1)
    assert amounts.missing is None
    assert amounts.total(np.array([True] * 10 + [False]), "score") == 1


def test_huge_amounts_are_named_by_row() -> None:
    """Amounts past 2**53 minor units raise, naming rows, also beside missing ones."""
    with pytest.raises(
        cv.InputError, match=r"revenue must stay below 2\*\*53 minor units, .* got more in row 1: "
    ):
        read_amounts([1.0, 1e15], "revenue", 2)
    column = pd.Series([None, 1.0, 1e15], index=["ann", "bob", "eve"])
    with pytest.raises(cv.InputError, match=r"got more in row eve: use fewer decimals or a larger"):
        read_amounts(column, "revenue", 2)
