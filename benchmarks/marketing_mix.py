"""The best offer for each of many customers, beside a merge of all needs with all offers."""

import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pandas as pd

import custvalue as cv
from benchmarks._compare import Row, Size, alternate, quantity, stopwatch
from custvalue.marketing_mix import Offer, levers, match_customers

OFFERS = 100
HUES = ["red", "blue", "green"]
# What is asked about, the conditions drawn from, and how an offer draws its value.
TOPICS = (
    ("cost", "price", [cv.at_most(x) for x in range(5, 105)], lambda rng: rng.integers(10, 200)),
    ("cost", "fee", [cv.at_most(x) for x in (0, 5, 9)], lambda rng: rng.integers(0, 10)),
    ("solution", "size", [cv.at_most(x) for x in range(2, 12)], lambda rng: rng.integers(0, 12)),
    ("solution", "power", [cv.at_least(x) for x in range(9)], lambda rng: rng.integers(0, 9)),
    ("solution", "weight", [cv.below(3), cv.below(9)], lambda rng: rng.integers(1, 9)),
    ("solution", "hue", [cv.equals("red"), cv.one_of("red", "blue")], lambda rng: rng.choice(HUES)),
    ("convenience", "km", [cv.at_most(x) for x in (5, 10, 20)], lambda rng: rng.integers(0, 25)),
    ("convenience", "in_stock", [cv.is_true()], lambda rng: rng.random() < 0.7),
    ("communication", "shown", [cv.is_true()], lambda rng: rng.random() < 0.5),
    ("communication", "manual", [cv.known()], lambda rng: rng.choice(HUES)),
)
MUST_HAVES = ("price", "size", "hue", "in_stock")


def marketing_mix(size: Size) -> Iterator[Row]:
    """Time a tenth of the customers, and the peer on a hundredth of these."""
    most = max(size.customers // 10, 1)
    offers = draw_offers()
    needs = draw_needs(most)
    what = f"{most:,} x {OFFERS} x {len(TOPICS)}"
    for run, target in ((match_customers, 5), (levers, 5)):
        time = min(stopwatch(partial(run, needs, offers)) for _ in range(size.rounds))
        yield quantity(f"{run.__name__}, {what}", time, "s", target=target)
        yield quantity("  its peak, beside the needs", _peak(run, needs, offers), "MB", target=250)

    few = draw_needs(max(most // 100, 1))
    ours, theirs = partial(match_customers, few, offers), partial(_by_merging, few, offers)
    found, expected = ours().customers, theirs()
    places = expected.reindex(found.index)["place"].fillna(-1).astype(int)
    assert found["offer"].cat.codes.tolist() == places.tolist(), "the best offers differ"
    pair = alternate(ours, theirs, rounds=size.rounds)
    yield pair.row(f"match_customers, {len(few):,} needs, vs a merge", target=1)


def draw_needs(customers: int, *, seed: int = 1960) -> pd.DataFrame:
    """Return a row per need, one on each topic for each customer."""
    rng = np.random.default_rng(seed)
    parts = [
        pd.DataFrame(
            {
                "customer": np.arange(customers),
                "aspect": aspect,
                "attribute": attribute,
                "condition": pd.Series(conditions).to_numpy()[
                    rng.integers(len(conditions), size=customers)
                ],
                "must_have": attribute in MUST_HAVES,
                "weight": rng.integers(1, 10, customers),
            }
        )
        for aspect, attribute, conditions, _ in TOPICS
    ]
    return pd.concat(parts, ignore_index=True)


def draw_offers(*, seed: int = 1990) -> list[Offer]:
    """Return offers that say something about every topic."""
    rng = np.random.default_rng(seed)
    offers = [Offer(f"offer {place}", price=0) for place in range(OFFERS)]
    for aspect, attribute, _, draw in TOPICS:
        offers = [offer.with_value(aspect, attribute, draw(rng)) for offer in offers]
    return offers


def _by_merging(needs: pd.DataFrame, offers: list[Offer]) -> pd.DataFrame:
    """Return the same by a row per need and offer."""
    said = pd.DataFrame(
        [
            (aspect, attribute, place, offer.name, offer.price, offer.value_of(aspect, attribute))
            for place, offer in enumerate(offers)
            for aspect, attribute, *_ in TOPICS
        ],
        columns=["aspect", "attribute", "place", "offer", "price", "value"],
    )
    rows = needs.merge(said, on=["aspect", "attribute"])
    holds = np.array(
        [one.holds(value) for one, value in zip(rows["condition"], rows["value"], strict=True)]
    )
    rows["failed"] = rows["must_have"] & ~holds
    rows["met"] = np.where(~rows["must_have"] & holds, rows["weight"], 0)
    by_pair = rows.groupby(["customer", "place", "offer", "price"], observed=True, sort=False)
    pairs = by_pair.agg({"failed": "any", "met": "sum"}).reset_index()
    pairs = pairs.sort_values(["met", "price", "place"], ascending=[False, True, True])
    best = pairs[~pairs["failed"]].drop_duplicates("customer").set_index("customer")
    return best.reindex(needs["customer"].unique())


def _peak(run: Callable[..., object], needs: pd.DataFrame, offers: list[Offer]) -> float:
    """Return the most memory [MB] held at once by one run."""
    tracemalloc.start()
    run(needs, offers)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6
