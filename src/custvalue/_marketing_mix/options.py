"""The values an attribute could take: stated, or where the customers' own conditions begin and end.

What customers accept changes only at the ends of their conditions. So the best of these values, and
of one value beside each open end, is the best of all.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from custvalue._conditions import Condition, Interval, IsTrue, OneOf
from custvalue._containers import LARGEST_EXACT
from custvalue._marketing_mix.needs import PRICE
from custvalue._marketing_mix.offer import (
    GIVEN_AS,
    Value,
    read_attribute,
    read_price,
    read_value,
)
from custvalue._marketing_mix.questions import PRICE_TOPIC, Floats, Topic
from custvalue.errors import InputError

Options = Mapping[str, Any]

_DIGITS = 9  # decimals kept of a value beside an open end: no float noise in what is proposed


def read_options(options: Options | None) -> dict[Topic, list[Value]]:
    """Return the values stated for each topic, in their order; raise where they are malformed."""
    if options is None:
        return {}
    if not isinstance(options, Mapping):
        msg = (
            "options must be a mapping like the arguments of an Offer, as {'price': [20, 25], "
            f"'product': {{'size': [4, 6]}}}}, got {type(options).__name__}"
        )
        raise TypeError(msg)
    unknown = sorted(str(name) for name in options if name not in (PRICE, *GIVEN_AS.values()))
    if unknown:
        msg = (
            f"options must be of {', '.join((PRICE, *GIVEN_AS.values()))}, got "
            f"{', '.join(unknown)}: give attributes under these, as {{'product': {{'size': [4]}}}}"
        )
        raise InputError(msg)
    read: dict[Topic, list[Value]] = {}
    if PRICE in options:
        prices = _read_list(options[PRICE], PRICE)
        read[PRICE_TOPIC] = _once([read_price(price, "an option of the price") for price in prices])
    for lever, name in GIVEN_AS.items():
        under = options.get(name, {})
        if not isinstance(under, Mapping):
            msg = f"options of {name} must be a mapping from attribute to values, got {under!r}"
            raise TypeError(msg)
        for attribute, values in under.items():
            topic = (lever.serves, read_attribute(attribute))
            if topic == PRICE_TOPIC:
                msg = "options of the price must be given as 'price', got them among the costs"
                raise InputError(msg)
            listed = _read_list(values, attribute)
            read[topic] = _once([read_value(value, attribute) for value in listed])
    return read


def _read_list(values: object, attribute: str) -> list[object]:
    if isinstance(values, str | Mapping) or not np.iterable(values):
        msg = f"the options of {attribute} must be a list of values, got {values!r}"
        raise TypeError(msg)
    return list(values)


def _once(values: Iterable[Value]) -> list[Value]:
    """Return each value once, in order; ``True`` and ``1`` are two."""
    return list({(isinstance(value, bool), value): value for value in values}.values())


def derive_options(topic: Topic, conditions: list[Condition], decimals: int) -> list[Value]:
    """Return values of which one is the best: numbers first, ascending, then text and flags.

    Beside an open end, as of `below(100)`, that is one step further (a minor unit of the price, or
    1), or halfway to the next end where that is nearer.
    """
    listed = [value for c in conditions if isinstance(c, OneOf) for value in c.values]
    named = [value for value in listed if isinstance(value, bool | str)]
    points = [value for value in listed if not isinstance(value, bool | str)]
    if topic == PRICE_TOPIC:
        numbers = _derive_numbers(conditions, [0, *points], 10.0**-decimals)
        return _once(sorted(number for number in numbers if number >= 0))
    numbers = _derive_numbers(conditions, points, 1.0)
    if any(isinstance(c, IsTrue) for c in conditions):
        named.append(True)
        numbers += [1] * bool(numbers)
    return _once([*sorted(numbers), *named])


def _derive_numbers(conditions: list[Condition], points: list[float], step: float) -> list[float]:
    intervals = [c for c in conditions if isinstance(c, Interval)]
    above = np.array([c.low for c in intervals if c.low_open], dtype=np.float64)
    under = np.array([c.high for c in intervals if c.high_open], dtype=np.float64)
    stated = [end for c in intervals for end in (c.low, c.high) if end is not None]
    ends = np.unique(np.array([*points, *stated], dtype=np.float64))
    beside = [_one_further(ends, above, step), -_one_further(-ends[::-1], -under, step)]
    found = np.concatenate([ends, *beside]).tolist()
    return [int(number) if number.is_integer() else number for number in found]


def _one_further(ends: Floats, opened: Floats, step: float) -> Floats:
    """Return a value above each open end and below the next of all ends, where there is one."""
    after = np.append(ends, np.inf)[np.searchsorted(ends, opened) + 1]
    stepped = np.round(opened + step, _DIGITS)
    with np.errstate(invalid="ignore"):
        value = np.where(stepped < after, stepped, (opened + after) / 2)
    return value[(opened < value) & (value < after) & (np.abs(value) < LARGEST_EXACT)]
