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
from custvalue._marketing_mix.offer import GIVEN_AS, Value, read_attribute, read_price, read_value
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

    Beside an open end, as of `below(100)`, that is 1 further, or halfway to the next end where
    that is nearer. Prices are whole minor units: the lowest and the highest each condition takes.
    """
    listed = [value for c in conditions if isinstance(c, OneOf) for value in c.values]
    named = [value for value in listed if isinstance(value, bool | str)]
    points = [value for value in listed if not isinstance(value, bool | str)]
    if topic == PRICE_TOPIC:
        return _once(sorted(_derive_prices(conditions, [0, *points], 10**decimals)))
    numbers = _derive_numbers(conditions, points)
    if any(isinstance(c, IsTrue) for c in conditions):
        named.append(True)
        numbers += [1] * bool(numbers)
    return _once([*sorted(numbers), *named])


def _derive_prices(conditions: list[Condition], points: list[float], per_unit: int) -> list[float]:
    """Return prices that can be charged: those listed, and the first and last of each interval."""
    intervals = [c for c in conditions if isinstance(c, Interval)]
    lows = [(c.low, c.low_open) for c in intervals if c.low is not None]
    highs = [(-c.high, c.high_open) for c in intervals if c.high is not None]
    listed = np.array(points, dtype=np.float64)
    found = [_first_units(lows, per_unit), -_first_units(highs, per_unit)]
    units = np.rint(listed * per_unit)
    found.append(units[units / per_unit == listed])
    prices = np.concatenate(found)
    prices = prices[(prices >= 0) & (prices < LARGEST_EXACT)] / per_unit
    return _plain(prices)


def _first_units(lows: list[tuple[float, bool]], per_unit: int) -> Floats:
    """Return the lowest whole minor units from each end on, above it where it is open."""
    ends = np.array([end for end, _ in lows], dtype=np.float64)
    opened = np.array([is_open for _, is_open in lows], dtype=np.bool_)
    units = np.rint(ends * per_unit)
    price = units / per_unit
    return units + ~np.where(opened, price > ends, price >= ends)


def _derive_numbers(conditions: list[Condition], points: list[float]) -> list[float]:
    intervals = [c for c in conditions if isinstance(c, Interval)]
    above = np.array([c.low for c in intervals if c.low_open], dtype=np.float64)
    under = np.array([c.high for c in intervals if c.high_open], dtype=np.float64)
    stated = [end for c in intervals for end in (c.low, c.high) if end is not None]
    ends = np.unique(np.array([*points, *stated], dtype=np.float64))
    beside = [_one_further(ends, above), -_one_further(-ends[::-1], -under)]
    return _plain(np.concatenate([ends, *beside]))


def _plain(numbers: Floats) -> list[float]:
    return [int(number) if number.is_integer() else number for number in numbers.tolist()]


def _one_further(ends: Floats, opened: Floats) -> Floats:
    """Return a value above each open end and below the next of all ends, where there is one."""
    after = np.append(ends, np.inf)[np.searchsorted(ends, opened) + 1]
    stepped = np.round(opened + 1, _DIGITS)
    with np.errstate(invalid="ignore"):
        value = np.where(stepped < after, stepped, (opened + after) / 2)
    return value[(opened < value) & (value < after) & (np.abs(value) < LARGEST_EXACT)]
