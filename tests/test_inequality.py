"""How concentrated value is, against closed forms and real customers."""

import math
import re
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import custvalue as cv

cents = st.lists(st.integers(-500, 3_000), max_size=25)
shares = st.integers(0, 100).map(lambda percent: percent / 100)


def test_cdnow_sample(cdnow_sample) -> None:
    """The figures known for CDNOW's sample come out to the last digit given."""
    revenue = cdnow_sample.groupby("customer_id")["amount"].sum()
    spread = cv.concentration(revenue)
    assert spread.customers == 2_357
    assert spread.total == 244_091.94
    assert round(spread.share_of_top(0.2), 5) == 0.67455
    assert spread.customers_for(0.8) == 777 / 2_357
    assert round(spread.customers_for(0.8), 5) == 0.32966
    assert round(spread.gini, 6) == 0.630917
    assert spread.peak_share == 1.0
    assert str(spread) == (
        "2,357 customers, net total 244,091.94: the best 20% hold 67.46%, 32.97% hold 80%; "
        "Gini 0.631."
    )


@pytest.mark.parametrize("n", [1, 2, 5, 100])
def test_gini_of_closed_forms(n) -> None:
    """All equal, one has all, and 1 to n have the Gini coefficients of the textbook."""
    assert cv.concentration([3.5] * n).gini == 0.0
    assert cv.concentration([0] * (n - 1) + [7]).gini == pytest.approx((n - 1) / n, abs=1e-15)
    assert cv.concentration(np.arange(1, n + 1)).gini == pytest.approx((n - 1) / (3 * n), abs=1e-15)


def test_paretos_law_with_its_own_exponent() -> None:
    """With α = log 5 / log 4 the top 20% hold 80% and the Gini coefficient is 0.756471."""
    alpha = math.log(5) / math.log(4)
    ends = (np.arange(1_000_001) / 1_000_000) ** (1 - 1 / alpha)  # held by the best, in the limit
    spread = cv.concentration(np.diff(ends))
    assert spread.share_of_top(0.2) == pytest.approx(0.8, abs=1e-9)
    assert spread.customers_for(0.8) == pytest.approx(0.2, abs=2e-6)
    assert spread.gini == pytest.approx(0.756471, abs=1e-6)


def test_the_whale_curve_rises_above_all_there_is() -> None:
    """Where some customers lose money, the others hold more than the net total."""
    spread = cv.concentration([60, 50, 10, 0, -18, -2])
    assert spread.total == 100.0
    assert spread.peak_share == 1.2
    assert spread.customers_at_peak == 3
    assert (spread.unprofitable, spread.losses) == (2, 20.0)
    assert spread.share_of_top(0.2) == 1.1
    assert spread.customers_for(1.0) == 2 / 6
    assert spread.curve()["share_of_value"].tolist() == [0.0, 0.6, 1.1, 1.2, 1.2, 1.18, 1.0]
    assert spread.lorenz_curve()["share_of_value"].tolist() == [
        *(0.0, -0.18, -0.2, -0.2, -0.1, 0.4, 1.0)
    ]
    assert math.isnan(spread.gini)
    assert str(spread) == (
        "6 customers, net total 100: the best 20% hold 110.00%, 33.33% hold 80%; "
        "peak 120.00% after the best 3; 2 unprofitable, losing 20."
    )


def test_losses_are_told_where_shares_are_not() -> None:
    """Without a positive total there is no peak to speak of, but still somebody who loses money."""
    spread = cv.concentration([3, 0, -8, -0.5])
    assert (spread.customers_at_peak, spread.unprofitable, spread.losses) == (1, 2, 8.5)
    assert math.isnan(spread.peak_share)
    assert str(spread) == "4 customers, net total -5.5; 2 unprofitable, losing 8.5."


def test_noise_is_no_loss() -> None:
    """0.3 - 0.1 - 0.2 is nothing in cents: no customer is unprofitable by it."""
    spread = cv.concentration([1.0, 0.3 - 0.1 - 0.2])
    assert (spread.customers_at_peak, spread.unprofitable, spread.losses) == (1, 0, 0.0)
    assert spread.gini == 0.5


def test_small_change_beside_a_fortune_counts() -> None:
    """Off the grid too, who brings anything stands at the peak, however little it adds."""
    spread = cv.concentration([1e13 + 0.0005, 0.0005, -0.0005])
    assert (spread.customers_at_peak, spread.unprofitable) == (2, 1)


def test_the_whale_of_cdnow(cdnow_master) -> None:
    """If 30% of the price were left and each order cost 6, four in ten would lose money.

    The figures were counted customer by customer, in tenths of cents, without this package.
    """
    customers = cv.OrderLog.from_frame(cdnow_master).customers("1998-06-30")
    net_value = (customers["revenue"] * 0.3 - customers["orders"] * 6).round(3)
    spread = cv.concentration(net_value, decimals=3)
    assert spread.total == 332_140.689
    assert round(spread.peak_share, 6) == 1.083401
    assert (spread.customers_at_peak, spread.unprofitable) == (14_227, 9_335)
    assert spread.losses == 27_700.929


def test_cdnow_in_full(cdnow_master) -> None:
    """All 23,570 customers are as unequal as their sample, counted in cents one by one."""
    spread = cv.concentration(cdnow_master.groupby("customer_id")["amount"].sum())
    assert spread.total == 2_500_315.63
    assert round(spread.share_of_top(0.2), 6) == 0.677774
    assert spread.customers_for(0.8) == 7_695 / 23_570
    assert round(spread.gini, 6) == 0.634571
    assert round(spread.share_of_top(0.01), 6) == 0.158758
    assert round(1 - spread.share_of_top(0.5), 6) == 0.104087
    assert spread.customers_at_peak == 23_570 - 68  # who ordered, but for nothing
    assert (spread.unprofitable, spread.losses, spread.peak_share) == (0, 0.0, 1.0)


@pytest.mark.parametrize("values", [[], [0, 0], [5, -5], [3, -8], [-1], [None]])
def test_shares_of_nothing_are_undefined(values) -> None:
    """Without a positive total every share is NaN, and so is the Gini coefficient."""
    spread = cv.concentration(values)
    figures = [spread.share_of_top(0.2), spread.customers_for(0.8), spread.peak_share, spread.gini]
    assert all(math.isnan(figure) for figure in figures)
    for curve in (spread.curve(), spread.lorenz_curve()):
        assert curve["share_of_value"].isna().all()
        assert len(curve) == spread.customers + 1
    assert "%" not in str(spread)
    assert "Gini" not in str(spread)


def test_gini_of_debts_is_undefined() -> None:
    """A negative value leaves the Gini coefficient without bounds, whatever the total."""
    assert math.isnan(cv.concentration([10, -1]).gini)
    assert math.isnan(cv.concentration([1e13 + 1.5, -0.001]).gini)


def test_curve_goes_from_nobody_to_everybody() -> None:
    """The curve has a row more than there are customers, in fixed columns and dtypes."""
    curve = cv.concentration([2, 5, 3]).curve()
    lorenz = cv.concentration([2, 5, 3]).lorenz_curve()
    for one in (curve, lorenz):
        assert one.dtypes.astype(str).to_dict() == {
            "customers": "int64",
            "share_of_customers": "float64",
            "share_of_value": "float64",
        }
    assert lorenz["share_of_value"].tolist() == [0.0, 0.2, 0.5, 1.0]
    assert curve["customers"].tolist() == [0, 1, 2, 3]
    assert curve["share_of_customers"].tolist() == [0, 1 / 3, 2 / 3, 1]
    assert curve["share_of_value"].tolist() == [0.0, 0.5, 0.8, 1.0]
    assert cv.concentration([]).curve()["share_of_customers"].isna().tolist() == [True]


def test_shares_are_read_as_written() -> None:
    """The top 7% of 100 customers are 7, although 0.07 * 100 is above 7 as a float."""
    values = [1] * 100
    assert cv.concentration(values).share_of_top(0.07) == 0.07
    assert cv.concentration(values).customers_for(0.07) == 0.07


def test_missing_values_are_left_out_and_counted(container) -> None:
    """Customers without a value are not poor ones, in any container."""
    spread = cv.concentration(container([30, None, 10, None, 60]))
    assert spread.customers == 3
    assert spread.without_value == 2
    assert spread.share_of_top(0.3) == 0.6
    assert str(spread).endswith("Gini 0.333 (2 without a value left out).")


def by_definition(values, share):
    """Return the fewest of the best who hold a share of the net total, the slow way."""
    best = sorted(values, reverse=True)
    needed = Fraction(repr(share)) * sum(values)
    return next(count for count in range(len(best) + 1) if sum(best[:count]) >= needed)


@given(cents, shares, st.sampled_from([1, 100]))
def test_figures_are_what_the_definitions_say(values, share, divisor) -> None:
    """Shares, first crossing and Gini agree with their definitions in exact fractions."""
    n, total = len(values), sum(values)
    spread = cv.concentration([value / divisor for value in values])
    assert spread.total == total / divisor
    assert spread.customers_at_peak == sum(value > 0 for value in values)
    assert spread.unprofitable == sum(value < 0 for value in values)
    assert spread.losses == -sum(value for value in values if value < 0) / divisor
    if total <= 0:
        return
    best = sorted(values, reverse=True)
    top = math.ceil(Fraction(repr(share)) * n)
    assert spread.share_of_top(share) == sum(best[:top]) / total
    assert spread.customers_for(share) == by_definition(values, share) / n
    assert spread.peak_share == sum(value for value in values if value > 0) / total
    assert spread.curve()["share_of_value"].tolist() == [
        sum(best[:count]) / total for count in range(n + 1)
    ]
    assert spread.lorenz_curve()["share_of_value"].tolist() == [
        sum(best[n - count :]) / total for count in range(n + 1)
    ]
    if best[-1] >= 0:
        differences = sum(abs(one - other) for one in values for other in values)
        assert spread.gini == differences / (2 * n * total)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=25), st.randoms(use_true_random=False))
def test_order_of_rows_never_matters(values, random) -> None:
    """Shuffled customers give the same figures to the last bit, on the grid or off it."""
    one = cv.concentration(values)
    other = cv.concentration(random.sample(values, len(values)))
    assert one.to_frame().equals(other.to_frame())
    assert one.curve().equals(other.curve())
    assert one.lorenz_curve().equals(other.lorenz_curve())
    if one.total > 0:
        assert 0 <= one.gini < 1
        assert one.share_of_top(1.0) == 1.0


@given(st.lists(st.integers(0, 1_000), min_size=1, max_size=10), st.integers(2, 5))
def test_copies_of_everybody_change_nothing(values, copies) -> None:
    """Concentration is a matter of proportions: a population repeated has the same Gini."""
    assert cv.concentration(values * copies).gini == pytest.approx(
        cv.concentration(values).gini, nan_ok=True, abs=1e-15
    )


@given(cents, st.integers(1, 1_000))
def test_a_whole_factor_changes_no_share(values, factor) -> None:
    """In another currency the shares and the Gini coefficient are the same to the last bit."""
    one, other = cv.concentration(values), cv.concentration([factor * value for value in values])
    assert other.total == factor * one.total
    assert other.losses == factor * one.losses
    assert other.curve().equals(one.curve())
    assert other.lorenz_curve().equals(one.lorenz_curve())
    for figure in ("gini", "peak_share", "customers_at_peak", "unprofitable"):
        mine, theirs = getattr(one, figure), getattr(other, figure)
        assert mine == theirs or (math.isnan(mine) and math.isnan(theirs))


@given(st.lists(st.integers(0, 1_000), min_size=1, max_size=20).filter(any))
def test_gini_is_twice_the_area_between_lorenz_and_equality(values) -> None:
    """The coefficient is what the trapezoids under the Lorenz curve leave of a half, twice."""
    spread = cv.concentration(values)
    heights = spread.lorenz_curve()["share_of_value"].to_numpy()
    area = (heights[1:] + heights[:-1]).sum() / (2 * len(values))
    assert spread.gini == pytest.approx(1 - 2 * area, abs=1e-12)


@pytest.mark.parametrize("decimals", [0, 2])
def test_sums_beyond_int64_stay_exact(decimals) -> None:
    """Many values near 2**46 overflow int64 on the way, and still come out exactly."""
    n, base = 200_000, 2**46
    values = np.arange(n) + base
    spread = cv.concentration(values, decimals=decimals)
    total = n * base + n * (n - 1) // 2
    assert total > 2**63
    assert spread.total == float(total)
    # the mean difference of 0 ... n - 1 in closed form: Gini = (n² - 1) / (6 n · mean)
    assert spread.gini == float(Fraction((n * n - 1) * n, 6 * n * total))
    best_half = sum(range(base + n // 2, base + n))
    assert spread.share_of_top(0.5) == best_half / total
    assert spread.customers_for(best_half / total) in (0.5, 0.5 + 1 / n)
    assert spread.curve()["share_of_value"].iloc[-1] == 1.0
    assert spread.lorenz_curve()["share_of_value"].iloc[[0, -1]].tolist() == [0.0, 1.0]


def test_values_beyond_exact_money_are_refused() -> None:
    """Infinite and huge values are errors that name the rows."""
    values = pd.Series([1.0, math.inf], index=["a", "b"])
    with pytest.raises(cv.InputError, match="values must be finite, got infinity in row b"):
        cv.concentration(values)
    with pytest.raises(cv.InputError, match=r"values must stay below 2\*\*53 .* in row 1: use"):
        cv.concentration([1, 2**53])
    with pytest.raises(TypeError, match="values must hold numbers"):
        cv.concentration(["a"])


@pytest.mark.parametrize("share", [-0.1, 1.1, 20])
def test_a_share_lies_within_0_and_1(share) -> None:
    """Twenty is not 20%."""
    spread = cv.concentration([1, 2])
    message = re.escape(f"a share must lie within 0 and 1, got {share!r}: 20% is 0.2")
    for ask in (spread.share_of_top, spread.customers_for):
        with pytest.raises(cv.InputError, match=message):
            ask(share)
        with pytest.raises(TypeError, match="a share must be a number"):
            ask("0.2")


def test_concentration_shows_itself() -> None:
    """Printed, represented and in a notebook it says its main figures."""
    spread = cv.concentration([600, 200, 100, 60, 40])
    assert str(spread) == (
        "5 customers, net total 1,000: the best 20% hold 60.00%, 40.00% hold 80%; Gini 0.504."
    )
    assert repr(spread) == f"<Concentration: {spread}>"
    assert str(cv.concentration([5])).startswith("1 customer, net total 5: the best 20% hold 100")
    assert "share_of_top_20" in spread._repr_html_()
    frame = spread.to_frame()
    assert frame.dtypes.astype(str).to_dict() == {
        "customers": "int64",
        "total": "float64",
        "gini": "float64",
        "share_of_top_20": "float64",
        "customers_for_80": "float64",
        "peak_share": "float64",
        "customers_at_peak": "int64",
        "unprofitable": "int64",
        "losses": "float64",
        "without_value": "int64",
    }
    assert frame.iloc[0].to_dict() == {
        "customers": 5,
        "total": 1_000,
        "gini": 0.504,
        "share_of_top_20": 0.6,
        "customers_for_80": 0.4,
        "peak_share": 1,
        "customers_at_peak": 5,
        "unprofitable": 0,
        "losses": 0,
        "without_value": 0,
    }


def test_figures_are_plain_python() -> None:
    """No numpy scalar leaves the library."""
    for values in ([3, 1], [3.001, 1.0]):
        spread = cv.concentration(values)
        figures = [spread.total, spread.gini, spread.peak_share, spread.losses]
        figures += [spread.share_of_top(0.5), spread.customers_for(0.5)]
        assert {type(figure) for figure in figures} == {float}
        counts = [spread.customers, spread.without_value, spread.unprofitable]
        assert {type(count) for count in [*counts, spread.customers_at_peak]} == {int}


def test_measuring_leaves_the_values_as_they_were() -> None:
    """The caller's data is only read, so it may be read-only."""
    values = np.array([3.0, 1.0, 2.0])
    values.flags.writeable = False
    cv.concentration(values)
    assert values.tolist() == [3.0, 1.0, 2.0]
