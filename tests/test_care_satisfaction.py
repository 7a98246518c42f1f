"""The score of satisfaction, its parts, and what counts as worst and best."""

import json
import math
import pickle
import re
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import custvalue as cv
from custvalue.care import (
    Indicator,
    LearnedRanges,
    SatisfactionLearner,
    SatisfactionRanges,
    satisfaction,
)

NAMES = [indicator.value for indicator in Indicator]
HALVES = SatisfactionRanges({"return_rate": (0, 0.5), "complaint_rate": (0.08, 0)})

eighths = st.integers(-16, 24).map(lambda n: n / 8)
values = st.one_of(st.none(), eighths)


@st.composite
def ranges(draw) -> SatisfactionRanges:
    """Draw worst and best of at least one indicator."""
    names = draw(st.sets(st.sampled_from(list(Indicator)), min_size=1))
    ends = {}
    for name in names:
        low, size = draw(eighths), draw(st.integers(1, 16)) / 8
        ends[name] = (low, low + size) if name.higher_is_better else (low + size, low)
    return SatisfactionRanges(ends)


@st.composite
def frames(draw, max_size: int = 5) -> pd.DataFrame:
    """Draw customers of whom some indicators are known."""
    columns = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    size = draw(st.integers(0, max_size))
    drawn = {name: draw(st.lists(values, min_size=size, max_size=size)) for name in columns}
    return pd.DataFrame(drawn, index=range(50, 50 + size), dtype=float)


weights = st.dictionaries(st.sampled_from(NAMES), st.integers(0, 5)).filter(
    lambda drawn: sum(drawn.values()) > 0
)


def by_hand(row, rule, given_weights) -> tuple[Fraction | None, Fraction]:
    """Return the score of one customer and how much of the weight is known, exactly."""
    ends = dict(rule.ranges)
    known = {
        name: weight
        for name, weight in given_weights.items()
        if weight and name in ends and name in row and not math.isnan(row[name])
    }
    whole = Fraction(sum(known.values()), sum(given_weights.values()))
    if not known:
        return None, whole
    score = Fraction(0)
    for name, weight in known.items():
        worst, best = (Fraction(end) for end in ends[name])
        share = min(max((Fraction(row[name]) - worst) / (best - worst), Fraction(0)), Fraction(1))
        score += 100 * share * weight
    return score / sum(known.values()), whole


# --- the indicators ----------------------------------------------------------------------------


def test_seven_indicators_and_their_directions() -> None:
    """Three of the seven speak against satisfaction, as the source has it."""
    assert {str(indicator): indicator.higher_is_better for indicator in Indicator} == {
        "product_reputation": True,
        "brand_awareness": True,
        "return_rate": True,
        "complaint_rate": False,
        "average_order_value": True,
        "price_sensitivity": False,
        "exit_rate": False,
    }
    assert len({indicator.label(lang="zh") for indicator in Indicator} - set(NAMES)) == 7


# --- worst and best ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "rating"), [(-1, 0.0), (0, 0.0), (0.125, 25.0), (0.5, 100.0), (7, 100.0)]
)
def test_rating_where_higher_is_better(value, rating) -> None:
    """In proportion from worst to best, and no further."""
    assert HALVES.rate(return_rate=value) == {"return_rate": rating}


@pytest.mark.parametrize(
    ("value", "rating"), [(1, 0.0), (0.08, 0.0), (0.02, 75.0), (0, 100.0), (-3, 100.0)]
)
def test_rating_where_lower_is_better(value, rating) -> None:
    """The other way round, and no rating is a negative zero."""
    found = HALVES.rate(complaint_rate=value)["complaint_rate"]
    assert found == rating
    assert math.copysign(1, found) == 1
    many = HALVES.rate(pd.DataFrame({"complaint_rate": [value]}))["complaint_rate"].item()
    assert math.copysign(1, many) == 1


@given(rule=ranges(), frame=frames())
def test_scalar_is_the_oracle_of_the_frame(rule, frame) -> None:
    """Each value of a frame is rated as it is alone; what is missing stays so."""
    rated = rule.rate(frame)
    assert rated.columns.tolist() == [str(indicator) for indicator, _ in rule.ranges]
    assert rated.index is frame.index
    for name in rated.columns:
        alone = [
            math.nan if math.isnan(value) else rule.rate(**{name: value})[name]
            for value in frame.get(name, pd.Series(math.nan, index=frame.index))
        ]
        assert np.array_equal(rated[name].to_numpy(), alone, equal_nan=True)


@pytest.mark.parametrize("dtype", ["float64", "Float64", "Int64", "int64[pyarrow]", object])
def test_columns_of_any_dtype(dtype) -> None:
    """Nullable, Arrow and object columns are read alike, and stay as they were."""
    shops = pd.DataFrame({"product_reputation": pd.Series([1, 5, None], dtype=dtype)})
    before = shops.copy()
    rule = SatisfactionRanges({"product_reputation": (1, 5)})
    assert rule.rate(shops)["product_reputation"].fillna(-1).tolist() == [0.0, 100.0, -1.0]
    pd.testing.assert_frame_equal(shops, before)


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        ({"returns": 1}, cv.RuleError, f"rate must name indicators ({', '.join(NAMES)}), got"),
        ({"return_rate": None}, cv.InputError, "return_rate must be known, got None"),
        ({"return_rate": "high"}, TypeError, "return_rate must be a number, got 'high' (str)"),
        (
            {"exit_rate": 0.1},
            cv.InputError,
            "exit_rate has no worst and best, so it is not rated: give it a range",
        ),
    ],
)
def test_values_that_cannot_be_rated(values, error, message) -> None:
    """A name that is none, a missing value, and one without a range are refused."""
    with pytest.raises(error, match=re.escape(message)):
        HALVES.rate(**values)
    with pytest.raises(error, match=re.escape(message)):
        HALVES.explain(**values)


def test_frames_that_cannot_be_rated() -> None:
    """Infinite values are named by row; a frame and values at once are refused."""
    shops = pd.DataFrame({"return_rate": [0.1, math.inf]}, index=["north", "south"])
    with pytest.raises(
        cv.InputError, match="return_rate must be finite, got infinity in row south"
    ):
        HALVES.rate(shops)
    with pytest.raises(TypeError, match="got a frame and return_rate"):
        HALVES.rate(shops, return_rate=0.1)
    with pytest.raises(TypeError, match="indicators must be a pandas DataFrame, got dict"):
        HALVES.rate({"return_rate": 0.1})


def test_huge_values_are_clipped() -> None:
    """A difference beyond the largest float lies beyond the end."""
    rule = SatisfactionRanges({"average_order_value": (-1e300, 1e300)})
    shops = pd.DataFrame({"average_order_value": [1.7e308, -1.7e308, 0.0]})
    assert rule.rate(shops)["average_order_value"].tolist() == [100.0, 0.0, 50.0]


def test_explaining_ratings() -> None:
    """The sentences hold value, rating, both ends, and where the ends came from."""
    assert HALVES.explain(complaint_rate=0.02, return_rate=0.75) == (
        "return_rate 0.75: 100 of 100, beyond the best (worst 0, best 0.5). "
        "complaint_rate 0.02: 75 of 100 (worst 0.08, best 0)."
    )
    assert HALVES.explain(return_rate=0) == "return_rate 0: 0 of 100 (worst 0, best 0.5)."
    learned = SatisfactionLearner().fit(pd.DataFrame({"exit_rate": [0.0, 1.0]}))
    assert learned.explain(exit_rate=0.5) == (
        "exit_rate 0.5: 50 of 100 (worst 0.95, best 0.05). "
        "Worst and best were learned: 5% of the known values, and 95%."
    )


@given(rule=ranges())
def test_ranges_are_plain_data(rule) -> None:
    """Stored, read or pickled, they are equal and hash alike."""
    stored = json.loads(json.dumps(cv.to_dict(rule)))
    for again in (cv.from_dict(stored), pickle.loads(pickle.dumps(rule))):
        assert again == rule
        assert hash(again) == hash(rule)


def test_equal_by_meaning() -> None:
    """Neither the order, nor the dress of names and numbers, nor the origin matters."""
    again = SatisfactionRanges(
        pd.Series({Indicator.COMPLAINT_RATE: [np.float64(0.08), 0], "return_rate": (0, 0.5)})
    )
    assert again == HALVES
    assert hash(again) == hash(HALVES)
    with pytest.raises(AttributeError):
        again.ranges = ()


def test_what_is_written() -> None:
    """The stored form is part of the contract, with where the ends came from."""
    shops = pd.DataFrame({"return_rate": [0.0, 1.0, None], "exit_rate": [0.5, 0.5, 0.5]})
    rule = SatisfactionLearner(quantiles=(0, 1)).fit(shops)
    stored = cv.to_dict(rule)
    assert stored == {
        "custvalue": 1,
        "rule": "satisfaction-ranges",
        "ranges": {"return_rate": [0.0, 1.0]},
        "learned": {
            "quantiles": [0.0, 1.0],
            "known": {"return_rate": 2, "exit_rate": 3},
            "alike": ["exit_rate"],
        },
    }
    assert cv.from_dict(stored).learned == rule.learned


@pytest.mark.parametrize(
    ("ends", "error", "message"),
    [
        (5, TypeError, "ranges must be a mapping, as {'return_rate': (0.1, 0.6)}, got int"),
        ({"returns": (0, 1)}, cv.RuleError, "ranges must name indicators (product_reputation,"),
        ({7: (0, 1)}, cv.RuleError, "ranges must name indicators (product_reputation,"),
        (
            {"return_rate": 1},
            TypeError,
            "the range of return_rate must be a pair, (worst, best), got 1",
        ),
        ({"return_rate": (0, 1, 2)}, TypeError, "must be a pair, (worst, best), got (0, 1, 2)"),
        (
            {"return_rate": (0, None)},
            cv.InputError,
            "worst and best of return_rate must be known, got None",
        ),
        (
            {"return_rate": (0.6, 0.1)},
            cv.RuleError,
            "the best return_rate must lie above the worst one, got worst 0.6 and best 0.1",
        ),
        (
            {"complaint_rate": (0.1, 0.1)},
            cv.RuleError,
            "the best complaint_rate must lie below the worst one, got worst 0.1 and best 0.1",
        ),
        ({"return_rate": (-1.7e308, 1.7e308)}, cv.RuleError, "must lie above the worst one"),
    ],
)
def test_malformed_ranges(ends, error, message) -> None:
    """Names, pairs and directions are checked."""
    with pytest.raises(error, match=re.escape(message)):
        SatisfactionRanges(ends)


# --- learning them -----------------------------------------------------------------------------


def test_learned_from_quantiles() -> None:
    """Of 0 to 100 the 5% and the 95% quantile, worst and best by the direction of each."""
    shops = pd.DataFrame(
        {
            "exit_rate": [*range(101), None],
            "return_rate": [*range(101), None],
            "brand_awareness": [3.0] * 102,
            "region": ["north"] * 102,
            "price_sensitivity": [None] * 102,
        }
    )
    rule = SatisfactionLearner().fit(shops)
    assert dict(rule.ranges) == {"return_rate": (5.0, 95.0), "exit_rate": (95.0, 5.0)}
    assert rule.learned == LearnedRanges(
        (0.05, 0.95),
        (
            (Indicator.BRAND_AWARENESS, 102),
            (Indicator.RETURN_RATE, 101),
            (Indicator.PRICE_SENSITIVITY, 0),
            (Indicator.EXIT_RATE, 101),
        ),
        (Indicator.BRAND_AWARENESS, Indicator.PRICE_SENSITIVITY),
    )


@settings(max_examples=50)
@given(frame=frames(), seed=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(frame, seed) -> None:
    """Shuffled rows teach the same, and are scored the same."""
    shuffled = frame.loc[seed.sample(frame.index.tolist(), len(frame))]
    try:
        scores = satisfaction(frame, weights="equal")
    except cv.InputError:
        with pytest.raises(cv.InputError):
            satisfaction(shuffled, weights="equal")
        return
    again = satisfaction(shuffled, weights="equal")
    assert SatisfactionLearner().fit(frame) == SatisfactionLearner().fit(shuffled)
    pd.testing.assert_frame_equal(again.loc[frame.index], scores, check_exact=True)


@pytest.mark.parametrize(
    ("shops", "got"),
    [
        (pd.DataFrame({"return_rate": [0.1, 0.1], "exit_rate": [1, 1]}), "return_rate, exit_rate"),
        (pd.DataFrame({"return_rate": []}, dtype=float), "return_rate"),
        (pd.DataFrame({"region": ["north"]}), "no column of one"),
    ],
)
def test_nothing_to_learn_from(shops, got) -> None:
    """Where nothing differs, worst and best cannot be told, and the sentence says what to do."""
    message = (
        "indicators must differ between the rows for worst and best to be learned, got "
        f"{got}: state them, as SatisfactionRanges({{'return_rate': (0.1, 0.6)}})"
    )
    with pytest.raises(cv.InputError, match=re.escape(message)):
        SatisfactionLearner().fit(shops)


@pytest.mark.parametrize(
    ("quantiles", "error", "message"),
    [
        (0.05, TypeError, "quantiles must be a pair of shares, as (0.05, 0.95), got 0.05"),
        ((0.1,), TypeError, "quantiles must be a pair of shares, as (0.05, 0.95), got (0.1,)"),
        ((0.9, 0.1), cv.RuleError, "quantiles must rise within 0 and 1, as (0.05, 0.95), got"),
        ((5, 95), cv.RuleError, "quantiles must rise within 0 and 1, as (0.05, 0.95), got (5, 95)"),
        ((0, None), cv.InputError, "quantiles must be known, got None"),
    ],
)
def test_malformed_quantiles(quantiles, error, message) -> None:
    """Two shares that rise, or a sentence."""
    with pytest.raises(error, match=re.escape(message)):
        SatisfactionLearner(quantiles=quantiles)


# --- the score ---------------------------------------------------------------------------------


def test_scores_and_their_parts() -> None:
    """A small table is right in every cell, dtype and label."""
    shops = pd.DataFrame(
        {
            "return_rate": [0.25, 0.75, None, None],
            "complaint_rate": [0.02, 0.2, 0.04, None],
            "staff": ["ann", "bob", "cem", "dan"],
        },
        index=["north", "south", "web", "new"],
    )
    scores = satisfaction(
        shops, weights={"return_rate": 3, "complaint_rate": 1, "exit_rate": 0}, ranges=HALVES
    )
    assert scores.dtypes.astype(str).to_dict() == {
        "score": "float64",
        "known_weight": "float64",
        "return_rate_points": "float64",
        "complaint_rate_points": "float64",
        "missing": "category",
        "clipped": "category",
    }
    assert scores.index.tolist() == shops.index.tolist()
    assert scores.fillna(
        {"score": -1, "return_rate_points": -1, "complaint_rate_points": -1}
    ).to_dict("list") == {
        "score": [56.25, 75.0, 50.0, -1.0],
        "known_weight": [1.0, 1.0, 0.25, 0.0],
        "return_rate_points": [37.5, 75.0, -1.0, -1.0],
        "complaint_rate_points": [18.75, 0.0, 50.0, -1.0],
        "missing": ["", "", "return_rate", "return_rate, complaint_rate"],
        "clipped": ["", "return_rate, complaint_rate", "", ""],
    }
    assert scores.attrs == {"weights": {"return_rate": 0.75, "complaint_rate": 0.25}}


@settings(max_examples=50)
@given(frame=frames(), rule=ranges(), chosen=weights)
def test_score_by_hand(frame, rule, chosen) -> None:
    """Each row's score is the exact weighted mean of what is known; nobody disappears."""
    scores = satisfaction(frame, weights=chosen, ranges=rule)
    assert scores.index.equals(frame.index)
    for (_, row), (_, found) in zip(frame.iterrows(), scores.iterrows(), strict=True):
        score, known = by_hand(row.to_dict(), rule, chosen)
        assert found["known_weight"] == float(known)
        if score is None:
            assert math.isnan(found["score"])
        else:
            assert found["score"] == pytest.approx(float(score), abs=1e-9)
            assert 0 <= found["score"] <= 100


@settings(max_examples=50)
@given(frame=frames(), rule=ranges(), chosen=weights)
def test_parts_add_up_to_the_score(frame, rule, chosen) -> None:
    """The points of a row sum to its score, and what lacks points is listed as missing."""
    scores = satisfaction(frame, weights=chosen, ranges=rule)
    points = scores.filter(like="_points")
    assert np.allclose(points.sum(axis=1), scores["score"].fillna(0), atol=1e-9)
    for (_, row), missing in zip(points.iterrows(), scores["missing"], strict=True):
        lacking = [name.removesuffix("_points") for name in row.index[row.isna()]]
        assert ", ".join(lacking) == missing


@settings(max_examples=50)
@given(frame=frames(), rule=ranges(), chosen=weights, factor=st.integers(1, 900))
def test_only_the_proportion_of_weights_matters(frame, rule, chosen, factor) -> None:
    """Weights scaled by a whole number, or in cents of one, give the very same table."""
    scores = satisfaction(frame, weights=chosen, ranges=rule)
    for scaled in (
        {name: weight * factor for name, weight in chosen.items()},
        {Indicator(name): float(weight) / 4 for name, weight in chosen.items()},
    ):
        again = satisfaction(frame, weights=scaled, ranges=rule)
        pd.testing.assert_frame_equal(again, scores, check_exact=True)


@settings(max_examples=50)
@given(frame=frames(), rule=ranges(), chosen=weights, by=st.integers(1, 20), data=st.data())
def test_better_is_never_worse(frame, rule, chosen, by, data) -> None:
    """An indicator that moves its good way never lowers a score."""
    name = data.draw(st.sampled_from(sorted(frame.columns)))
    step = by / 8 if Indicator(name).higher_is_better else -by / 8
    before = satisfaction(frame, weights=chosen, ranges=rule)
    after = satisfaction(frame.assign(**{name: frame[name] + step}), weights=chosen, ranges=rule)
    assert (after["score"].fillna(0) >= before["score"].fillna(0)).all()


def test_equal_weights_must_be_asked_for() -> None:
    """All seven count alike, so that what is not known at all shows in the known weight."""
    shops = pd.DataFrame({"return_rate": [0.25], "complaint_rate": [0.0]}, index=["north"])
    scores = satisfaction(shops, weights="equal", ranges=HALVES)
    assert scores["score"].item() == pytest.approx(75)
    assert scores["known_weight"].item() == 2 / 7
    assert scores["missing"].item() == (
        "product_reputation, brand_awareness, average_order_value, price_sensitivity, exit_rate"
    )
    assert len(scores.columns) == 11
    with pytest.raises(TypeError, match="weights"):
        satisfaction(shops)


def test_learned_from_the_rows_themselves() -> None:
    """Without ranges each row is rated among the others; an indicator alike in all is missing."""
    shops = pd.DataFrame({"return_rate": [0.0, 0.5, 1.0], "exit_rate": [0.2, 0.2, 0.2]})
    scores = satisfaction(shops, weights={"return_rate": 1, "exit_rate": 1})
    assert scores["score"].round(9).tolist() == [0.0, 50.0, 100.0]
    assert scores["missing"].tolist() == ["exit_rate"] * 3
    assert scores["clipped"].tolist() == ["return_rate", "", "return_rate"]
    wide = satisfaction(
        shops, weights={"return_rate": 1}, ranges=SatisfactionLearner(quantiles=(0, 1))
    )
    assert wide["clipped"].tolist() == [""] * 3


def test_nobody_to_score() -> None:
    """Without rows the table is there, with every column."""
    scores = satisfaction(pd.DataFrame(), weights={"return_rate": 1}, ranges=HALVES)
    assert scores.empty
    assert scores.columns.tolist() == [
        "score",
        "known_weight",
        "return_rate_points",
        "missing",
        "clipped",
    ]


def test_one_row_per_label_or_many() -> None:
    """Rows may share a label: who they are is not asked."""
    shops = pd.DataFrame({"return_rate": [0.0, 0.5]}, index=["north", "north"])
    scores = satisfaction(shops, weights={"return_rate": 2}, ranges=HALVES)
    assert scores["score"].tolist() == [0.0, 100.0]


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        (
            {"weights": "alike"},
            TypeError,
            (
                "weights must be a mapping, as {'return_rate': 2, 'complaint_rate': 1}, "
                "or be 'equal', got str"
            ),
        ),
        ({"weights": 3}, TypeError, "weights must be a mapping"),
        (
            {"weights": {"returns": 1}},
            cv.RuleError,
            f"weights must name indicators ({', '.join(NAMES)}), got 'returns'",
        ),
        (
            {"weights": {"return_rate": -1}},
            cv.RuleError,
            "the weight of return_rate must be at least 0, got -1",
        ),
        (
            {"weights": {"return_rate": math.nan}},
            cv.InputError,
            "the weight of return_rate must be known, got nan",
        ),
        (
            {"weights": {"return_rate": "2"}},
            TypeError,
            "the weight of return_rate must be a number",
        ),
        (
            {"weights": {"return_rate": 0}},
            cv.RuleError,
            "weights must not all be 0, got {'return_rate': 0}: weigh what matters to you",
        ),
        ({"weights": {}}, cv.RuleError, "weights must not all be 0, got {}: weigh what matters"),
        (
            {"ranges": {"return_rate": (0, 1)}},
            TypeError,
            "ranges must be SatisfactionRanges, or a SatisfactionLearner, got dict",
        ),
        ({"indicators": [1]}, TypeError, "indicators must be a pandas DataFrame, got list"),
        (
            {"indicators": pd.DataFrame({"return_rate": ["high"]})},
            TypeError,
            "return_rate must hold numbers, got",
        ),
    ],
)
def test_what_does_not_fit_is_refused(changed, error, message) -> None:
    """The sentence says what must hold, what came, and what to do."""
    how = {"weights": "equal", "ranges": HALVES} | changed
    indicators = how.pop("indicators", pd.DataFrame({"return_rate": [0.1]}))
    with pytest.raises(error, match=re.escape(message)):
        satisfaction(indicators, **how)
