"""Names with a meaning: unordered labels, and scales whose steps have an order."""

import types
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import lru_cache
from threading import Lock
from typing import Any, ClassVar, Literal, NoReturn, Self

import pandas as pd

from custvalue._rooms import import_rooms
from custvalue.errors import InputError, RuleError

BestEnd = Literal["first", "last"]

MOST_MEMBERS = 127  # columns of labels are coded in int8
OWN_NAMES = frozenset({"rank", "label", "from_label", "dtype", "best", "best_first"})


class Label(StrEnum):
    """A closed set of names without an order; subclass it for your own.

    A member is a string: its value is its English label. A second string is its Chinese label.

    Raises
    ------
    RuleError
        When two members share a value, one is named like an attribute of every label (as
        ``rank``), or there are more than 127.

    Examples
    --------
    >>> import custvalue as cv
    >>> class Channel(cv.Label):
    ...     SHOP = "shop", "门店"
    ...     WEB = "web", "网店"
    >>> Channel.WEB.label(lang="zh"), Channel.from_label("网店") == "web"
    ('网店', True)
    """

    rank: int
    """Position among the members, 0 for the first declared."""

    _zh: str

    def __new__(cls, value: str, zh: str | None = None) -> Self:
        """Make a member from its name and, if there is one, its Chinese label."""
        if not isinstance(value, str):
            msg = f"{cls.__name__}: a label must be a string, got {value!r}"
            raise TypeError(msg)
        member = str.__new__(cls, value)
        member._value_ = value
        member._zh = value if zh is None else zh
        member.rank = len(cls.__members__)
        return member

    def __init_subclass__(cls) -> None:
        """Refuse members that would be an alias or hide an attribute, and too many."""
        super().__init_subclass__()
        hiding = [name for name in cls.__members__ if name in OWN_NAMES]
        if hiding:
            msg = f"{cls.__name__}: no member may be named {', '.join(hiding)}: write it otherwise"
            raise RuleError(msg)
        if len(cls.__members__) != len(cls):
            aliases = [name for name, member in cls.__members__.items() if name != member.name]
            msg = f"{cls.__name__}: every member needs a value of its own, got {aliases} twice"
            raise RuleError(msg)
        if len(cls) > MOST_MEMBERS:
            msg = f"{cls.__name__}: at most {MOST_MEMBERS} members, got {len(cls)}: group them"
            raise RuleError(msg)

    def label(self, *, lang: Literal["en", "zh"] = "en") -> str:
        """Return the name to print, in English or Chinese.

        A member without a Chinese label of its own keeps its value.

        Parameters
        ----------
        lang : {"en", "zh"}
            The language.

        Returns
        -------
        str

        Raises
        ------
        InputError
            For any other language.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.Stage.REPEAT.label(), cv.Stage.REPEAT.label(lang="zh")
        ('repeat', '重复购买客户')
        """
        if not isinstance(lang, str) or lang not in ("en", "zh"):
            msg = f"lang must be 'en' or 'zh', got {lang!r}"
            raise InputError(msg)
        return self.value if lang == "en" else self._zh

    @classmethod
    def from_label(cls, text: str) -> Self:
        """Return the member whose English or Chinese label is `text`.

        Raises
        ------
        InputError
            When no member has that label; the sentence lists them all.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.Stage.from_label("重复购买客户").value
        'repeat'
        """
        for member in cls:
            if isinstance(text, str) and text in (member.value, member._zh):
                return member
        msg = f"{cls.__name__} has no label {text!r}; it has {', '.join(cls)}"
        raise InputError(msg)

    @classmethod
    def dtype(cls) -> pd.CategoricalDtype:
        """Return the categorical dtype that lists every member; ordered for a scale.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.ABCTier.dtype().ordered, list(cv.ABCTier.dtype().categories)
        (True, ['C', 'B', 'A'])
        """
        return _dtype(cls)


class Scale(Label):
    """Ordered steps, declared lowest first; subclass it for your own.

    Steps compare by position, never as text. ``best`` says which end is the good one: ``"last"``
    (tiers, stages) or ``"first"`` (churn states); reports put the best first. A subclass of a
    scale keeps its good end unless it says otherwise.

    Raises
    ------
    RuleError
        When two steps share a value or `best` is neither end.
    TypeError
        When a step is ordered against an unknown string or another scale.

    Examples
    --------
    >>> import custvalue as cv
    >>> class Alarm(cv.Scale, best="first"):
    ...     GREEN = "green"
    ...     RED = "red"
    >>> Alarm.GREEN < Alarm.RED, Alarm.RED.rank, Alarm.best
    (True, 1, 'first')
    """

    best: ClassVar[BestEnd]

    def __init_subclass__(cls, best: BestEnd | None = None) -> None:
        """Note which end is good."""
        super().__init_subclass__()
        if best not in ("first", "last", None):
            msg = f"{cls.__name__}: best must be 'first' or 'last', got {best!r}"
            raise RuleError(msg)
        cls.best = getattr(cls, "best", "last") if best is None else best

    @classmethod
    def best_first(cls) -> list[Self]:
        """Return the steps, the best one first: the order of every report.

        Examples
        --------
        >>> import custvalue as cv
        >>> [str(tier) for tier in cv.ABCTier.best_first()]
        ['A', 'B', 'C']
        """
        return list(cls) if cls.best == "first" else list(cls)[::-1]

    def __lt__(self, other: str) -> bool:
        """Stand lower on the scale."""
        return self.rank < self._rank_of(other)

    def __le__(self, other: str) -> bool:
        """Stand lower on the scale, or on the same step."""
        return self.rank <= self._rank_of(other)

    def __gt__(self, other: str) -> bool:
        """Stand higher on the scale."""
        return self.rank > self._rank_of(other)

    def __ge__(self, other: str) -> bool:
        """Stand higher on the scale, or on the same step."""
        return self.rank >= self._rank_of(other)

    def _rank_of(self, other: object) -> int:
        scale = type(self)
        if isinstance(other, scale):
            return other.rank
        if isinstance(other, Label) or not isinstance(other, str):
            self._refuse(other)
        step = scale._value2member_map_.get(other)
        if not isinstance(step, scale):
            self._refuse(other)
        return step.rank

    def _refuse(self, other: object) -> NoReturn:
        scale = type(self).__name__
        msg = f"a step of {scale} orders only against steps of {scale}, got {other!r}"
        raise TypeError(msg)


@lru_cache(maxsize=1024)  # bounded: classes come and go with the rules that are read
def _dtype(labels: type[Label]) -> pd.CategoricalDtype:
    return pd.CategoricalDtype([m.value for m in labels], ordered=issubclass(labels, Scale))


def require_scale(scale: object, what: str) -> None:
    """Raise when `scale` is no subclass of Scale, or one without steps."""
    if not (isinstance(scale, type) and issubclass(scale, Scale)):
        msg = f"{what} needs a subclass of Scale, got {scale!r}"
        raise TypeError(msg)
    if not len(scale):
        msg = f"{what} needs a scale with at least one step, {scale.__name__} has none"
        raise RuleError(msg)


# --- as plain data -----------------------------------------------------------------------------


def labels_to_dict(labels: type[Label]) -> dict[str, Any]:
    """Return a label class as JSON types: name, members with both labels, best end of a scale."""
    data: dict[str, Any] = {
        "name": labels.__name__,
        "members": [[m.name, m.value, m._zh] for m in labels],
    }
    if issubclass(labels, Scale):
        data["best"] = labels.best
    return data


def labels_from_dict(data: dict[str, Any], scales: Iterable[type[Label]]) -> type[Label]:
    """Return the given, else the built-in class that `data` describes, else make one.

    Raises RuleError where classes of that name were given and the members of all differ.
    """
    name, wanted = data["name"], _meaning(data)
    given = [labels for labels in scales if labels.__name__ == name]
    built_in = [labels for labels in built_in_labels(Label) if labels.__name__ == name]
    for labels in given or built_in:
        if _meaning(labels_to_dict(labels)) == wanted:
            return labels
    if given:
        theirs = ", ".join(value for _, value, _ in data["members"])
        msg = (
            f"the scale {name!r} given in scales= has the steps {', '.join(given[0])}, "
            f"the stored rule was made on {theirs}: give the scale it was made on"
        )
        raise RuleError(msg)
    if any(_is_reserved(member) for member, *_ in data["members"]):  # as __module__: no class yet
        msg = f"the stored scale {name!r} has members that cannot be: {data['members']}"
        raise RuleError(msg)
    with _MAKING:  # or two threads that read a rule would make two classes, and unequal rules
        return _make_labels(name, tuple(map(tuple, data["members"])), data.get("best"))


def _is_reserved(member: str) -> bool:
    """Tell whether a name in the body of an enum is no member: dunder, sunder or private."""
    return member.startswith("_") and (member.endswith("_") or "__" in member)


_MAKING = Lock()


@lru_cache(maxsize=128)  # one class per stored scale, so that a rule read twice is the same rule
def _make_labels(
    name: str, members: tuple[tuple[str, str, str], ...], best: BestEnd | None
) -> type[Label]:
    def fill(namespace: dict[str, Any]) -> None:
        for member, value, zh in members:
            namespace[member] = (value, zh)

    if best is None:
        return types.new_class(name, (Label,), {}, fill)
    return types.new_class(name, (Scale,), {"best": best}, fill)


def _meaning(data: dict[str, Any]) -> tuple[object, ...]:
    """Return what two classes must agree in to be the same: members' names, values, good end."""
    return ([tuple(member[:2]) for member in data["members"]], data.get("best"))


def built_in_scale(steps: list[Any]) -> type[Scale] | None:
    """Return the scale of this package that has just these steps, in this order."""
    for labels in built_in_labels(Scale):
        if issubclass(labels, Scale) and list(labels) == steps:
            return labels
    return None


def built_in_labels(base: type[Label]) -> Iterator[type[Label]]:
    """Yield the classes of labels this package has below `base`, whatever users have declared.

    Those of `custvalue.testing` stand for users' own.
    """
    import_rooms()
    for labels in base.__subclasses__():
        module = labels.__module__
        if module.startswith("custvalue.") and not module.startswith("custvalue._testing."):
            yield labels
        yield from built_in_labels(labels)
