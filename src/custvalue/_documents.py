"""Rules as plain JSON types, and back. Nothing stored is ever executed."""

import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import attrs

from custvalue._containers import read_list
from custvalue._rooms import import_rooms
from custvalue._scale import Label
from custvalue._words import say_value
from custvalue.errors import RuleError

VERSION = 1
DEEPEST = 32  # levels a stored rule may be nested; this package writes fewer than 10

Scales = tuple[type[Label], ...]
C = TypeVar("C", bound=type)


@attrs.frozen
class _Kind:
    """How rules of one class are written and read."""

    name: str
    write: Callable[[Any], dict[str, Any]]
    read: Callable[[dict[str, Any], Scales], Any]


_KINDS: dict[type, _Kind] = {}


def document(
    name: str,
    *,
    write: Callable[[Any], dict[str, Any]] | None = None,
    read: Callable[[dict[str, Any], Scales], Any] | None = None,
) -> Callable[[C], C]:
    """Let `to_dict` and `from_dict` handle a class; by default as its attrs fields."""

    def register(cls: C) -> C:
        _KINDS[cls] = _Kind(
            name, write or _write_fields, read or (lambda data, _scales: cls(**data))
        )
        return cls

    return register


def to_dict(rule: object) -> dict[str, Any]:
    """Return a rule as JSON types, ready for ``json.dumps``.

    Parameters
    ----------
    rule : Condition, Bands, Ladder, Table, or a policy
        Any frozen rule of this package, also on a scale of your own.

    Returns
    -------
    dict
        ``custvalue`` (version of the format), ``rule`` (its kind), and its settings.

    Raises
    ------
    TypeError
        When `rule` is not a rule of this package.

    Examples
    --------
    >>> import custvalue as cv
    >>> cv.to_dict(cv.SleepPolicy(30, 60, 90))["asleep_from"]
    90
    """
    kind = _kind_of(rule)
    if kind is None:
        import_rooms()  # a condition out of a pickle brings its class, not what writes it
        kind = _kind_of(rule)
    if kind is None:
        msg = f"to_dict writes rules ({_names()}), got {say_value(rule)}"
        raise TypeError(msg)
    return {"custvalue": VERSION, "rule": kind.name, **_as_json(kind.write(rule))}


def from_dict(data: Mapping[str, Any], *, scales: Iterable[type[Label]] = ()) -> Any:  # noqa: ANN401 - whichever rule was stored
    """Return the rule that `to_dict` wrote.

    Parameters
    ----------
    data : dict
        What `to_dict` returned, perhaps after a trip through JSON.
    scales : iterable of Label or Scale classes
        Your own classes the rule may speak of. One with the stored name and steps is used, so
        the rule read is equal to the rule written. Without it a new class is made, which
        compares unequal to yours and cannot be pickled.

    Returns
    -------
    Condition, Bands, Ladder, Table, or a policy

    Raises
    ------
    RuleError
        When the format, the kind or a setting is unknown, lacking or malformed, or a given scale
        has other steps than the stored one. Whatever `data` holds, no other error comes of it.
    TypeError
        When `scales` holds anything but classes of labels.

    Examples
    --------
    >>> import custvalue as cv
    >>> rule = cv.SleepPolicy(30, 60, 90)
    >>> cv.from_dict(cv.to_dict(rule)) == rule
    True
    """
    kind, settings = _open(data)
    given = tuple(read_list(scales, "scales=", "(MyTier,)"))
    for labels in given:
        if not (isinstance(labels, type) and issubclass(labels, Label)):
            msg = f"scales= takes classes, as in scales=(MyTier,), got {labels!r}"
            raise TypeError(msg)
    try:
        rule = kind.read(settings, given)
    except RuleError:
        raise
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        msg = f"the stored {kind.name} is malformed ({error}): write it with to_dict"
        raise RuleError(msg) from error
    unknown = sorted(set(settings) - set(to_dict(rule)))
    if unknown:
        msg = f"the stored {kind.name} has settings nobody knows: {', '.join(unknown)}"
        raise RuleError(msg)
    return rule


def _kind_of(rule: object) -> _Kind | None:
    return next((_KINDS[cls] for cls in type(rule).__mro__ if cls in _KINDS), None)


def _open(data: object) -> tuple[_Kind, dict[str, Any]]:
    """Return the kind of a stored rule and its settings, once the format is known."""
    if isinstance(data, Mapping):
        _require_json(data)
    version = data.get("custvalue") if isinstance(data, Mapping) else type(data).__name__
    if not isinstance(data, Mapping) or version != VERSION:
        msg = f"a stored rule must say custvalue: {VERSION}, got {version!r}: write it with to_dict"
        raise RuleError(msg)
    import_rooms()
    for kind in _KINDS.values():
        if kind.name == data.get("rule"):
            return kind, {k: v for k, v in data.items() if k not in ("custvalue", "rule")}
    msg = f"a stored rule must be one of {_names()}, got {data.get('rule')!r}"
    raise RuleError(msg)


def _require_json(part: object, depth: int = 0) -> None:
    """Raise where stored data holds what no `to_dict` writes, so that readers need not ask."""
    foreign = _foreign_to_json(part) if depth <= DEEPEST else "deeper nesting"
    if foreign:
        msg = (
            f"a stored rule must be JSON types, finite and nested at most {DEEPEST} deep, got "
            f"{foreign}: write it with to_dict"
        )
        raise RuleError(msg)
    if isinstance(part, Mapping | list | tuple):
        for inner in part.values() if isinstance(part, Mapping) else part:
            _require_json(inner, depth + 1)


def _foreign_to_json(part: object) -> str | None:
    """Say what JSON could not hold of a part itself, whatever is in it."""
    if part is None or isinstance(part, str | list | tuple):
        return None
    if isinstance(part, Mapping):
        keys = [type(name).__name__ for name in part if not isinstance(name, str)]
        return f"a key of type {keys[0]}" if keys else None
    if not isinstance(part, int | float):
        return f"a value of type {type(part).__name__}"
    if -sys.float_info.max <= part <= sys.float_info.max:
        return None
    return repr(part) if isinstance(part, float) else "a number beyond any float"


def _as_json(value: Any) -> Any:  # noqa: ANN401 - JSON holds anything
    """Return settings as JSON knows them: lists, no tuples."""
    if isinstance(value, dict):
        return {name: _as_json(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(part) for part in value]
    return value


def _write_fields(rule: Any) -> dict[str, Any]:  # noqa: ANN401 - any attrs class
    return attrs.asdict(rule, filter=lambda field, _value: field.init)


def _names() -> str:
    import_rooms()
    return ", ".join(sorted(kind.name for kind in _KINDS.values()))
