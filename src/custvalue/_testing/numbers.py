"""Numbers as customers and rules have them: money, settings, and the awkward ones between."""

from hypothesis import strategies as st

from custvalue._containers import read_count, read_flag
from custvalue._money import check_decimals

MOST_DRAWN = 1_000_000  # [chosen] more than any test draws at a time


def minor_units(*, negative: bool) -> st.SearchStrategy[int]:
    """Draw whole minor units: a few that recur, and any."""
    recurring = (0, 1, 1000, 1999, -500) if negative else (0, 1, 1000, 1999)
    return st.one_of(
        st.sampled_from(recurring), st.integers(-1_000_000 if negative else 0, 1_000_000)
    )


def numbers() -> st.SearchStrategy[float]:
    """Draw numbers a condition may speak of: whole ones, money, and the awkward ones between."""
    return st.one_of(
        st.integers(-20, 20),
        minor_units(negative=True).map(lambda cents: cents / 100),
        st.floats(-1e6, 1e6),
    )


def lengths() -> st.SearchStrategy[float]:
    """Draw lengths above 0, as of a silence: whole days and parts of them."""
    return st.one_of(st.integers(1, 400), st.floats(0.01, 400))


def shares() -> st.SearchStrategy[float]:
    """Draw shares from 0 to 1: round ones, the ends among them, and any."""
    return st.one_of(st.sampled_from((0, 0.05, 0.2, 0.5, 0.8, 1)), st.floats(0, 1))


def customer_values(
    *, min_size: int = 0, max_size: int = 30, decimals: int = 2, negative: bool = True
) -> st.SearchStrategy[list[float]]:
    """Draw what customers are worth: money on a grid of minor units, with ties and zeros.

    Parameters
    ----------
    min_size, max_size : int, default 0 and 30
        How many customers.
    decimals : int, default 2
        Decimals of the minor unit: 2 for cents.
    negative : bool, default True
        Whether customers may cost more than they bring.

    Returns
    -------
    SearchStrategy of list of float [money]

    Raises
    ------
    InputError, TypeError
        When `decimals` is no whole number from 0 to 6, a size none from 0 on, `max_size` less
        than `min_size`, or `negative` neither true nor false.

    Examples
    --------
    >>> from hypothesis import given
    >>> from custvalue.testing import customer_values
    >>> @given(values=customer_values(decimals=1, negative=False))
    ... def values_are_whole_dimes(values):
    ...     assert all(value >= 0 and round(value, 1) == value for value in values)
    >>> values_are_whole_dimes()
    """
    factor = 10 ** check_decimals(decimals)
    fewest = read_count(min_size, "min_size", least=0, most=MOST_DRAWN)
    most = read_count(max_size, "max_size", least=fewest, most=MOST_DRAWN)
    units = minor_units(negative=read_flag(negative, "negative"))
    return st.lists(units.map(lambda n: n / factor), min_size=fewest, max_size=most)
