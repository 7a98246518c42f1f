"""What many customers need, as columns of numbers: from a long frame or from lists of needs."""

import math
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._condition_makers import known
from custvalue._conditions import Condition
from custvalue._containers import (
    Codes,
    Mask,
    missing_in,
    name_rows,
    read_flags,
    read_numbers,
    read_steps,
    require_columns,
)
from custvalue._ids import read_ids
from custvalue._marketing_mix.four import FourC
from custvalue._marketing_mix.needs import Need, read_needs
from custvalue._marketing_mix.questions import PRICE_TOPIC, Places, Questions
from custvalue._shares import exact_share
from custvalue._words import say_frame
from custvalue.errors import InputError

OPTIONAL = ("must_have", "weight")
NeedsByCustomer: TypeAlias = pd.DataFrame | Mapping[Any, Iterable[Need]]

BASE = 2**40  # of the digits of a weight: millions of them add up within 64 bits


@attrs.frozen(eq=False)
class Asked:
    """The needs of many customers, a row each: rows of one customer stand together, as stated."""

    customers: "pd.Index[Any]"
    customer: Places
    question: Places
    must_have: Mask
    weight: npt.NDArray[np.int64]
    """Whole numbers in proportion to the weights, in digits (rows); 0 for must-haves."""
    questions: Questions

    def count_unpriced(self) -> int:
        """Return how many customers have no must-have that says what they can pay."""
        says = np.array(
            [
                self.questions.topics[topic] == PRICE_TOPIC and condition != known()
                for topic, condition in zip(
                    self.questions.topic, self.questions.conditions, strict=True
                )
            ],
            dtype=np.bool_,
        )
        priced = self.customer[self.must_have & says[self.question]]
        return len(self.customers) - len(np.unique(priced))


def read_asked(needs: NeedsByCustomer, what: str, customer: str) -> Asked:
    """Return the needs given to the function `what`; raise where they are none, naming the rows."""
    if isinstance(needs, pd.DataFrame):
        return _read_frame(needs, customer)
    if isinstance(needs, Mapping):
        return _read_lists(needs, what, customer)
    msg = (
        f"{what} takes needs by customer, as a pandas frame with a row per need or as "
        f"{{customer: [Need(...), ...]}}, got {say_frame(needs)}"
    )
    raise TypeError(msg)


def _read_lists(needs: Mapping[Any, Iterable[Need]], what: str, name: str) -> Asked:
    """Read lists of needs; a customer may have none."""
    lists = [read_needs(stated, f"{what}({{customer: [need]}}, ...)") for stated in needs.values()]
    flat = [need for stated in lists for need in stated]
    ids = pd.Index(list(needs), name=name, tupleize_cols=False)
    rows = np.repeat(np.arange(len(ids)), [len(stated) for stated in lists])
    frame = pd.DataFrame(
        {
            "aspect": [need.aspect.value for need in flat],
            "attribute": pd.Series([need.attribute for need in flat], dtype=object),
            "condition": pd.Series([need.condition for need in flat], dtype=object),
            "must_have": np.array([need.must_have for need in flat], dtype=np.bool_),
            "weight": pd.Series([need.weight for need in flat], dtype=object),
        }
    )
    return _number_rows(frame, ids.take(rows))


def _read_frame(needs: pd.DataFrame, customer: str) -> Asked:
    require_columns(needs, [customer, "aspect", "attribute", "condition"], "needs")
    require_columns(needs, [name for name in OPTIONAL if name in needs.columns], "needs")
    return _number_rows(needs, needs[customer])


def _number_rows(needs: pd.DataFrame, column: "pd.Series[Any] | pd.Index[Any]") -> Asked:
    ids = read_ids(column)
    _refuse(ids.missing(), needs, "the customer of a need must be known, got none")
    aspect = read_steps(needs["aspect"], FourC, "aspect")
    _refuse(aspect < 0, needs, "the aspect of a need must be known, got none")
    questions, question = _number_questions(needs, aspect)
    must_have = _read_must_have(needs)
    weight = _read_weight(needs, must_have)
    order = np.argsort(ids.codes, kind="stable")
    codes, rows = np.unique(ids.codes, return_counts=True)
    return Asked(
        ids.take(codes),
        np.repeat(np.arange(len(codes)), rows),
        question[order],
        must_have[order],
        _as_digits(weight)[:, order],
        questions,
    )


def _read_must_have(needs: pd.DataFrame) -> Mask:
    if "must_have" not in needs.columns:
        return np.zeros(len(needs), dtype=np.bool_)
    flags = needs["must_have"]
    _refuse(missing_in(flags), needs, "must_have must be known, got none")
    return read_flags(flags, "must_have")


def _read_weight(needs: pd.DataFrame, must_have: Mask) -> npt.NDArray[Any]:
    """Return the weights of nice-to-haves; 0 for must-haves."""
    if "weight" not in needs.columns:
        return (~must_have).astype(np.int64)
    numbers = read_numbers(needs["weight"], "weight")
    with np.errstate(invalid="ignore"):
        wrong = ~must_have & ~(numbers.values > 0)
    if numbers.missing is not None:
        wrong |= ~must_have & numbers.missing
    _refuse(wrong, needs, "the weight of a nice-to-have must be above 0, got others")
    return np.where(must_have, 0, numbers.values)


def _as_digits(weights: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Return weights, read as written, as whole numbers in digits: the highest in the first row."""
    distinct, place = np.unique(weights, return_inverse=True)
    exact = [exact_share(weight) for weight in distinct.tolist()]
    scale = math.lcm(*(weight.denominator for weight in exact))
    left = [int(weight * scale) for weight in exact]
    digits: list[list[int]] = []
    while not digits or any(left):
        digits.append([number % BASE for number in left])
        left = [number // BASE for number in left]
    return np.array(digits[::-1], dtype=np.int64)[:, place]


def _number_questions(needs: pd.DataFrame, aspect: Codes) -> tuple[Questions, Places]:
    """Return the distinct questions of a frame, and which one each row asks."""
    attributes, attribute = _number_attributes(needs)
    conditions, condition = _number_conditions(needs)
    topic, topics = pd.factorize(aspect.astype(np.int64) * len(attributes) + attribute)
    question, questions = pd.factorize(topic * len(conditions) + condition)
    aspects = list(FourC)
    return (
        Questions(
            [
                (aspects[code // len(attributes)], attributes[code % len(attributes)])
                for code in topics
            ],
            questions // max(len(conditions), 1),
            [conditions[code % len(conditions)] for code in questions],
        ),
        question,
    )


def _number_attributes(needs: pd.DataFrame) -> tuple[list[str], Places]:
    try:
        codes, found = needs["attribute"].array.factorize()
    except (TypeError, NotImplementedError) as error:
        msg = f"the attribute of a need must be named in text, got others: {error}"
        raise TypeError(msg) from error
    named = np.array([isinstance(name, str) and name.strip() != "" for name in found], np.bool_)
    _refuse(
        ~np.append(named, False)[codes],  # False: for code -1, missing
        needs,
        "the attribute of a need must be named in text, got others",
    )
    return [str(name) for name in found], codes


def _number_conditions(needs: pd.DataFrame) -> tuple[list[Condition], Places]:
    """Return the distinct conditions; those that are one object are compared once."""
    objects = needs["condition"].to_numpy(dtype=object)
    same, found = pd.factorize(np.fromiter(map(id, objects), np.int64, len(objects)))
    first = np.zeros(len(found), dtype=np.intp)
    first[same[::-1]] = np.arange(len(objects))[::-1]
    one_of_each = [objects[row] for row in first]
    right = np.array([isinstance(one, Condition) for one in one_of_each], dtype=np.bool_)
    if not right.all():
        wrong = ~right[same]
        msg = (
            f"the condition of a need must be one, got {objects[wrong][0]!r} in "
            f"{name_rows(wrong, needs)}: make one, as with at_most(6) or equals('red')"
        )
        raise TypeError(msg)
    distinct: dict[Condition, int] = {}
    codes = [distinct.setdefault(one, len(distinct)) for one in one_of_each]
    return list(distinct), np.array(codes, dtype=np.intp)[same]


def _refuse(wrong: Mask | None, needs: pd.DataFrame, sentence: str) -> None:
    if wrong is not None and wrong.any():
        msg = f"{sentence} in {name_rows(wrong, needs)}"
        raise InputError(msg)
