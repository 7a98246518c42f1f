"""Whom one wants to serve, as a list of requirements; and how near to it others are."""

import itertools
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias, overload

import attrs
import numpy as np
import pandas as pd

from custvalue._condition_makers import condition_from_dict, condition_to_dict
from custvalue._conditions import Condition, Missing, fits
from custvalue._containers import (
    Codes,
    Mask,
    is_column,
    is_missing,
    is_number,
    missing_in,
    plain,
    refuse_both,
    require_frame,
)
from custvalue._documents import Scales, document
from custvalue._scale import Label
from custvalue._words import say_number, say_type
from custvalue.errors import InputError, RuleError

Requirement: TypeAlias = tuple[str, Condition]
Requirements: TypeAlias = Mapping[str, Condition | list[Condition]] | Iterable[Requirement]


class NonCustomer(Label):
    """Three kinds of people who do not buy, told apart by a target profile.

    ``near``: fits every requirement, and is no customer yet. ``refusing``: fails at least one; a
    changed or new product may win it. ``unexplored``: nothing that is known fails, and not
    everything is known.

    Examples
    --------
    >>> import custvalue as cv
    >>> [kind.label(lang="zh") for kind in cv.NonCustomer]
    ['契合型非客户', '拒绝型非客户', '未探知型非客户']
    """

    NEAR = "near", "契合型非客户"
    REFUSING = "refusing", "拒绝型非客户"
    UNEXPLORED = "unexplored", "未探知型非客户"


def _tidy(requirements: Requirements) -> tuple[Requirement, ...]:
    """Return each requirement once, in the order given."""
    pairs: Any = requirements.items() if isinstance(requirements, Mapping) else requirements
    pairs = list(pairs) if np.iterable(pairs) else [pairs]
    if not all(map(_is_pair, pairs)):
        msg = (
            "a target profile takes a mapping from attribute to condition, as "
            f"{{'age': at_least(18)}}, got {requirements!r}"
        )
        raise TypeError(msg)
    tidy: dict[Requirement, None] = {}
    for attribute, conditions in pairs:
        several = isinstance(conditions, list | tuple) and conditions
        for condition in conditions if several else [conditions]:
            tidy[_read_requirement(attribute, condition)] = None
    return tuple(tidy)


def _is_pair(item: object) -> bool:
    return isinstance(item, list | tuple) and len(item) == 2  # noqa: PLR2004 - as pairs are


def _read_requirement(attribute: object, condition: object) -> Requirement:
    if not isinstance(attribute, str):
        msg = f"an attribute of a target profile must be a string, got {attribute!r}"
        raise TypeError(msg)
    if not attribute.strip():
        msg = f"an attribute of a target profile must be named, got {attribute!r}"
        raise RuleError(msg)
    if not isinstance(condition, Condition):
        msg = (
            f"what {attribute} must meet has to be a condition, got {condition!r}: make one, as "
            "with at_least(18) or equals('Rome')"
        )
        raise TypeError(msg)
    if isinstance(condition, Missing):
        msg = (
            f"{attribute} can't be asked to be missing: in a target profile a missing value is one "
            "still to be found out; ask for a flag, as equals(False)"
        )
        raise RuleError(msg)
    return attribute, condition


def _write(profile: "TargetProfile") -> dict[str, Any]:
    return {"requirements": [[a, condition_to_dict(c)] for a, c in profile.requirements]}


def _read(data: dict[str, Any], _scales: Scales) -> "TargetProfile":
    return TargetProfile([(a, condition_from_dict(c)) for a, c in data["requirements"]])


@document("target-profile", write=_write, read=_read)
@attrs.frozen
class TargetProfile:
    """Whom one wants to serve: an explicit list of requirements, all of which must be met.

    Of someone who does not buy, what is known may fail a requirement, meet it, or say nothing
    about it. A missing value, and an attribute that is absent, say nothing: they are still to be
    found out. That goes for `known` too, which never fails.

    Parameters
    ----------
    requirements : mapping of str to Condition, or to a list of Conditions that must all hold
        By attribute, that is by column. Pairs of attribute and condition will do as well. Profiles
        with the same requirements are equal, in whatever order.

    Attributes
    ----------
    requirements : tuple of pairs of attribute and Condition
        Each once, in the order given.

    Raises
    ------
    RuleError
        When there is no requirement, no value can meet those on one attribute, one asks that a
        value be `missing`, or an attribute has no name.
    TypeError
        When an attribute is no string, or what it must meet no condition.

    Examples
    --------
    >>> import custvalue as cv, pandas as pd
    >>> profile = cv.TargetProfile({"stores": cv.at_least(3), "cold_chain": cv.is_true()})
    >>> profile.classify(stores=5, cold_chain=True)
    <NonCustomer.NEAR: 'near'>
    >>> people = pd.DataFrame({"stores": [1, 4, None]}, index=["ann", "bob", "eve"])
    >>> profile.classify(people).to_dict()
    {'ann': 'refusing', 'bob': 'unexplored', 'eve': 'unexplored'}
    """

    requirements: tuple[Requirement, ...] = attrs.field(converter=_tidy, eq=frozenset)

    def __attrs_post_init__(self) -> None:
        """Check that somebody could fit, and somebody not."""
        if not self.requirements:
            msg = "a target profile needs at least one requirement, got none: everybody would fit"
            raise RuleError(msg)
        for attribute in self.attributes:
            asked = [condition for name, condition in self.requirements if name == attribute]
            if not _can_all_hold(asked):
                msg = (
                    "somebody must be able to fit a target profile, but no value meets all of "
                    f"{', '.join(condition.describe(attribute) for condition in asked)}: "
                    "drop or change one of them"
                )
                raise RuleError(msg)

    def __str__(self) -> str:
        """Say the requirements, one a line."""
        return "\n".join(self._words())

    @property
    def attributes(self) -> list[str]:
        """The attributes the profile looks at, each once, in the order given.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.TargetProfile({"stores": cv.at_least(3), "cold_chain": cv.is_true()}).attributes
        ['stores', 'cold_chain']
        """
        return list(dict.fromkeys(attribute for attribute, _ in self.requirements))

    @overload
    def classify(self, people: pd.DataFrame, /) -> "pd.Series[Any]": ...
    @overload
    def classify(
        self, people: Mapping[str, object] | None = None, /, **attributes: object
    ) -> NonCustomer: ...
    def classify(
        self, people: pd.DataFrame | Mapping[str, object] | None = None, /, **attributes: object
    ) -> "NonCustomer | pd.Series[Any]":
        """Return which kind of non-customer one person is, or each row of a frame.

        The profile does not know who buys already: leave customers out, or see `positioning`.

        Parameters
        ----------
        people : DataFrame, shape (n, columns), or mapping of attribute to value
            Many people, or one. Columns named like the attributes are looked at, others are not;
            an absent one is not known of anybody. At least one must be there.
        **attributes
            Of one person: what is known, by name.

        Returns
        -------
        NonCustomer, or categorical Series with the frame's index

        Raises
        ------
        InputError
            When none of the attributes is there, or a number is infinite.
        TypeError
            When a keyword is no attribute of the profile, a value is of another kind than its
            requirement speaks of, or `people` is of another kind or given beside keywords.

        Examples
        --------
        >>> import custvalue as cv
        >>> adult = cv.TargetProfile({"age": cv.at_least(18)})
        >>> adult.classify({"age": 17, "name": "ann"}), adult.classify(age=None)
        (<NonCustomer.REFUSING: 'refusing'>, <NonCustomer.UNEXPLORED: 'unexplored'>)
        """
        if isinstance(people, pd.DataFrame):
            refuse_both(attributes)
            return self._classify_frame(people)
        return _kind_of([verdict for *_, verdict in self._verdicts(people, attributes)])

    def explain(self, person: Mapping[str, object] | None = None, /, **attributes: object) -> str:
        """Say which kind of non-customer one person is, and why: what fails, is met, is open.

        Parameters
        ----------
        person : mapping of attribute to value, optional
            What is known of one person.
        **attributes
            The same, by name.

        Returns
        -------
        str

        Raises
        ------
        InputError, TypeError
            As for `classify`.

        Examples
        --------
        >>> import custvalue as cv
        >>> profile = cv.TargetProfile(
        ...     {"stores": cv.at_least(3), "city": cv.equals("Rome"), "cold_chain": cv.is_true()}
        ... )
        >>> print(profile.explain(stores=2, city="Rome"))
        refusing, as stores ≥ 3 fails (2). Met: city = Rome (Rome). To find out: cold_chain is true.
        """
        verdicts = list(self._verdicts(person, attributes))
        met = [f"{c.describe(a)} ({_say(value)})" for a, c, value, v in verdicts if v is True]
        failing = [
            f"{c.describe(a)} fails ({_say(value)})" for a, c, value, v in verdicts if v is False
        ]
        open_ = [c.describe(a) for a, c, _, v in verdicts if v is None]
        kind = _kind_of([verdict for *_, verdict in verdicts])
        because = {
            NonCustomer.NEAR: "every requirement is met",
            NonCustomer.REFUSING: " and ".join(failing),
            NonCustomer.UNEXPLORED: f"nothing {'that is known fails' if met else 'is known'}",
        }[kind]
        return (
            f"{kind}, as {because}."
            + (f" Met: {', '.join(met)}." if met else "")
            + (f" To find out: {', '.join(open_)}." if open_ else "")
        )

    def to_find_out(
        self, person: Mapping[str, object] | None = None, /, **attributes: object
    ) -> list[str]:
        """Return the attributes of one person that are still to be found out.

        Parameters
        ----------
        person : mapping of attribute to value, optional
            What is known of one person.
        **attributes
            The same, by name.

        Returns
        -------
        list of str

        Raises
        ------
        InputError, TypeError
            As for `classify`.

        Examples
        --------
        >>> import custvalue as cv
        >>> profile = cv.TargetProfile({"stores": cv.at_least(3), "cold_chain": cv.is_true()})
        >>> profile.to_find_out(stores=2)
        ['cold_chain']
        """
        verdicts = self._verdicts(person, attributes)
        return list(dict.fromkeys(attribute for attribute, *_, v in verdicts if v is None))

    def check(self, people: pd.DataFrame) -> pd.DataFrame:
        """Return for each person and requirement whether it is met, fails, or is still open.

        Parameters
        ----------
        people : DataFrame, shape (n, columns)
            As for `classify`.

        Returns
        -------
        DataFrame with the frame's index, shape (n, requirements)
            One column of nullable boolean per requirement, named by it in words: true where it is
            met, false where it fails, missing where that is still to be found out.

        Raises
        ------
        InputError, TypeError
            As for `classify`.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> profile = cv.TargetProfile({"stores": cv.at_least(3), "cold_chain": cv.is_true()})
        >>> people = pd.DataFrame({"stores": [1, 4, None]}, index=["ann", "bob", "eve"])
        >>> profile.check(people)["stores ≥ 3"].tolist()
        [False, True, <NA>]
        """
        columns = [pd.arrays.BooleanArray(met, unknown) for met, unknown in self._masks(people)]
        table = pd.DataFrame(dict(enumerate(columns)), index=people.index)
        return table.set_axis(self._words(), axis="columns")

    def failures(self, people: pd.DataFrame) -> pd.DataFrame:
        """Count for each requirement who fails it: what a changed or new product could win.

        Parameters
        ----------
        people : DataFrame, shape (n, columns)
            As for `classify`.

        Returns
        -------
        DataFrame indexed by requirement, in words, in the order of the profile
            ``met``, ``failing``, ``to_find_out`` int64, which sum to the people given;
            ``failing_alone`` int64: of the failing, those who fail nothing else.

        Raises
        ------
        InputError, TypeError
            As for `classify`.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> profile = cv.TargetProfile({"stores": cv.at_least(3), "cold_chain": cv.is_true()})
        >>> people = pd.DataFrame({"stores": [1, 2, 4, None], "cold_chain": [1, 0, 0, 0]})
        >>> profile.failures(people).to_dict("index")["stores ≥ 3"]
        {'met': 1, 'failing': 2, 'to_find_out': 1, 'failing_alone': 1}
        """
        failing: list[Mask] = []
        counts = []
        for met, unknown in self._masks(people):
            failing.append(~(met | unknown))
            counts.append([int(np.count_nonzero(m)) for m in (met, failing[-1], unknown)])
        alone = np.sum(failing, axis=0, dtype=np.int64) == 1
        table = pd.DataFrame(
            counts,
            columns=["met", "failing", "to_find_out"],
            index=pd.Index(self._words(), name="requirement"),
            dtype=np.int64,
        )
        return table.assign(failing_alone=[np.count_nonzero(fails & alone) for fails in failing])

    def _words(self) -> list[str]:
        return [condition.describe(attribute) for attribute, condition in self.requirements]

    def _classify_frame(self, people: pd.DataFrame) -> "pd.Series[Any]":
        fails = np.zeros(len(people), dtype=np.bool_)
        still_open = np.zeros(len(people), dtype=np.bool_)
        for met, unknown in self._masks(people):
            fails |= ~(met | unknown)
            still_open |= unknown
        codes: Codes = still_open * np.int8(NonCustomer.UNEXPLORED.rank)
        codes[fails] = NonCustomer.REFUSING.rank
        kinds = pd.Categorical.from_codes(codes, dtype=NonCustomer.dtype())
        return pd.Series(kinds, index=people.index, copy=False)

    def _masks(self, people: pd.DataFrame) -> Iterator[tuple[Mask, Mask]]:
        """Yield for each requirement who meets it, and of whom that is not known."""
        require_frame(people, "people")
        self._require_some(people.columns, "people")
        nobody = np.zeros(len(people), dtype=np.bool_)
        for attribute, condition in self.requirements:
            if attribute in people.columns:
                column = people[attribute]
                yield condition.mask(column), missing_in(column)
            else:
                yield nobody, ~nobody

    def _verdicts(
        self, person: Mapping[str, object] | None, attributes: Mapping[str, object]
    ) -> Iterator[tuple[str, Condition, object, bool | None]]:
        """Yield for each requirement the value of one person, and if it is met; None: open."""
        facts = self._read_person(person, attributes)
        for attribute, condition in self.requirements:
            value = plain(facts.get(attribute))
            if is_column(value):
                msg = (
                    f"one person has one value of {attribute}, got {say_type(value)}: "
                    "give many people as a DataFrame"
                )
                raise TypeError(msg)
            verdict = None if is_missing(value) else condition.holds(value)
            yield attribute, condition, value, verdict

    def _read_person(
        self, person: Mapping[str, object] | None, attributes: Mapping[str, object]
    ) -> Mapping[str, object]:
        if person is None:
            unknown = sorted(attributes.keys() - set(self.attributes))
            if unknown:
                msg = (
                    f"the target profile asks about {', '.join(self.attributes)}, "
                    f"got {', '.join(unknown)}"
                )
                raise TypeError(msg)
            return attributes
        if attributes or not isinstance(person, Mapping):
            beside = f" beside {', '.join(sorted(attributes))}" if attributes else ""
            msg = (
                "give one person by name or as one mapping, as row.to_dict(), and many as a "
                f"DataFrame; got {say_type(person)}{beside}"
            )
            raise TypeError(msg)
        if person:
            self._require_some(person, "a person")
        return person

    def _require_some(self, there: Iterable[Hashable], what: str) -> None:
        """Raise where none of the attributes is there: these are other people's columns."""
        names = set(there)
        if names.isdisjoint(self.attributes):
            msg = (
                f"{what} must have some of the attributes {', '.join(self.attributes)}, got "
                f"{', '.join(map(str, there)) or 'none'}: rename yours"
            )
            raise InputError(msg)


def _kind_of(verdicts: list[bool | None]) -> NonCustomer:
    if False in verdicts:
        return NonCustomer.REFUSING
    return NonCustomer.UNEXPLORED if None in verdicts else NonCustomer.NEAR


def _can_all_hold(conditions: list[Condition]) -> bool:
    """Tell whether some value meets them all; intervals that meet two by two all meet."""
    for condition in conditions:
        values = condition._all_values()
        if values is not None:
            return any(all(fits(other, value) for other in conditions) for value in values)
    return not any(one.excludes(other) for one, other in itertools.combinations(conditions, 2))


def _say(value: object) -> str:
    return say_number(value) if is_number(value) else str(value)
