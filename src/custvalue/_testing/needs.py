"""Strategies for what customers need, what is offered, and whom one wants to serve."""

from hypothesis import strategies as st

from custvalue._condition_makers import missing
from custvalue._conditions import Condition
from custvalue._marketing_mix.four import FourC
from custvalue._marketing_mix.needs import Need
from custvalue._marketing_mix.offer import Offer, Value
from custvalue._prospects.profile import TargetProfile
from custvalue._testing.core_rules import conditions
from custvalue._testing.numbers import numbers

ATTRIBUTES = ("diameter_mm", "city", "in_stock", "门店")


def needs() -> st.SearchStrategy[Need]:
    """Draw a need: a condition on an attribute or the price, a must-have or nice to have.

    Returns
    -------
    SearchStrategy of Need

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from custvalue.testing import needs
    >>> @settings(deadline=None, max_examples=25)
    ... @given(need=needs())
    ... def a_must_have_says_so(need):
    ...     assert need.describe().endswith("(must-have)") == need.must_have
    >>> a_must_have_says_so()
    """
    return st.builds(
        Need,
        st.sampled_from(list(FourC)),
        st.sampled_from((*ATTRIBUTES, "price")),
        conditions(),
        must_have=st.booleans(),
        weight=st.one_of(st.integers(1, 5), st.floats(0.01, 5)),
    )


def offers(*, name: str = "modest") -> st.SearchStrategy[Offer]:
    """Draw an offer: a price, and values of any kind under each of the four P.

    Parameters
    ----------
    name : str, default "modest"
        What it is called: offers that are compared have names of their own.

    Returns
    -------
    SearchStrategy of Offer

    Raises
    ------
    TypeError, RuleError
        When `name` is no text, or empty.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from custvalue.testing import offers
    >>> @settings(deadline=None, max_examples=25)
    ... @given(offer=offers(name="cheap"))
    ... def no_offer_costs_less_than_nothing(offer):
    ...     assert offer.name == "cheap" and offer.price >= 0
    >>> no_offer_costs_less_than_nothing()
    """
    Offer(name, price=0)  # says what is wrong with the name
    values: st.SearchStrategy[Value] = st.one_of(
        numbers(), st.booleans(), st.sampled_from(("red", "Rome", "1"))
    )
    stated = st.dictionaries(st.sampled_from(ATTRIBUTES), values, max_size=3)
    return st.builds(
        Offer,
        st.just(name),
        price=st.integers(0, 100_000).map(lambda cents: cents / 100),
        product=stated,
        place=stated,
        promotion=stated,
        costs=stated,
    )


def target_profiles() -> st.SearchStrategy[TargetProfile]:
    """Draw a target profile: one requirement on each of one to four attributes.

    Returns
    -------
    SearchStrategy of TargetProfile

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from custvalue.testing import target_profiles
    >>> @settings(deadline=None, max_examples=25)
    ... @given(profile=target_profiles())
    ... def of_a_stranger_nothing_is_known(profile):
    ...     assert profile.to_find_out() == profile.attributes
    >>> of_a_stranger_nothing_is_known()
    """
    asked: st.SearchStrategy[Condition] = conditions().filter(lambda c: c != missing())
    by_attribute = st.dictionaries(st.sampled_from(ATTRIBUTES), asked, min_size=1)
    return by_attribute.map(TargetProfile)
