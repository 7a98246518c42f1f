"""Needs and offers on a few attributes, so that they meet, miss and tie."""

from hypothesis import strategies as st

import custvalue as cv
from custvalue.errors import InputError
from custvalue.marketing_mix import Need, Offer

SMALL = st.integers(0, 6)
NUMBERS = st.one_of(
    SMALL.map(cv.at_least),
    SMALL.map(cv.at_most),
    SMALL.map(cv.above),
    SMALL.map(cv.below),
    st.tuples(SMALL, st.integers(1, 3)).map(lambda pair: cv.in_range(pair[0], sum(pair))),
    st.lists(SMALL, min_size=1, max_size=3).map(lambda values: cv.one_of(*values)),
)
TEXTS = st.one_of(
    st.lists(st.sampled_from(["red", "blue", "green"]), min_size=1, max_size=2).map(
        lambda values: cv.one_of(*values)
    ),
    st.just(cv.known()),
    st.just(cv.missing()),
)
FLAGS = st.sampled_from([cv.is_true(), cv.equals(False), cv.one_of(True, "maybe"), cv.equals(1)])

# What is asked about: aspect and attribute, what may be asked, and what an offer may say.
TOPICS = {
    ("cost", "price"): (NUMBERS, SMALL),
    ("cost", "fee"): (NUMBERS, SMALL),
    ("solution", "size"): (NUMBERS, SMALL),
    ("solution", "colour"): (TEXTS, st.sampled_from(["red", "blue", "green"])),
    ("convenience", "stock"): (FLAGS, st.booleans()),
}


def needs_on(*topics, weights=(1, 2, 0.1, 0.2, 0.3)):
    """Draw one customer's needs on some topics."""
    return st.lists(
        st.sampled_from(topics).flatmap(
            lambda topic: st.builds(
                Need,
                st.just(topic[0]),
                st.just(topic[1]),
                TOPICS[topic][0],
                must_have=st.booleans(),
                weight=st.sampled_from(weights),
            )
        ),
        max_size=5,
    )


def _offer(name, values):
    offer = Offer(name, price=values["cost", "price"])
    for topic, value in values.items():
        if value is not None:
            offer = offer.with_value(*topic, value)
    return offer


_VALUES = st.fixed_dictionaries(
    {
        topic: values if topic == ("cost", "price") else st.none() | values
        for topic, (_, values) in TOPICS.items()
    }
)

NEEDS = needs_on(*TOPICS)
BY_CUSTOMER = st.lists(NEEDS, max_size=6).map(lambda lists: dict(enumerate(lists)))
OFFERS = st.lists(_VALUES, min_size=1, max_size=4).map(
    lambda found: [_offer(f"o{place}", values) for place, values in enumerate(found)]
)


def must(aspect, attribute, condition):
    """Return a must-have."""
    return Need(aspect, attribute, condition, must_have=True)


def pays(most):
    """Return the need to pay no more than that."""
    return must("cost", "price", cv.at_most(most))


def holds(need, offer):
    """Tell whether an offer meets a need; what is of another kind than asked about does not."""
    try:
        return need.condition.holds(offer.value_of(need.aspect, need.attribute))
    except (TypeError, InputError):
        return False


def can_buy(needs, offers):
    """Tell whether some offer meets every must-have."""
    return any(all(holds(n, offer) for n in needs if n.must_have) for offer in offers)
