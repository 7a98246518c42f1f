"""One scale for everybody, with floors of its own for each group."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Generic, TypeAlias, TypeVar, overload

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._bands import Bands
from custvalue._containers import (
    Codes,
    Column,
    Number,
    Numbers,
    as_series,
    is_column,
    is_missing,
    name_rows,
    plain,
    read_mapping,
    read_numbers,
    require_same_index,
)
from custvalue._documents import Scales, document, from_dict, to_dict
from custvalue._ids import read_ids
from custvalue._scale import Scale, labels_from_dict, labels_to_dict, require_scale
from custvalue._words import say_some
from custvalue.errors import InputError, RuleError

S = TypeVar("S", bound=Scale)
Group: TypeAlias = str | int
Places: TypeAlias = npt.NDArray[np.integer[Any]]

MOST_NAMED = 8


def _tidy_bands(
    bands: Mapping[Any, Bands[S]] | Iterable[tuple[Group, Bands[S]]],
) -> tuple[tuple[Group, Bands[S]], ...]:
    """Return pairs of group and bands in one order, however they were given."""
    given = read_mapping(bands, "the bands of groups", "{'north': Bands(...)}")
    by_group = {read_group(group): rule for group, rule in given.items()}
    return tuple(sorted(by_group.items(), key=lambda pair: (isinstance(pair[0], str), pair[0])))


@attrs.frozen
class GroupBands(Generic[S]):
    """A scale whose floors differ by group: within each region, say, or each channel.

    A learner's ``fit_groups`` makes them.

    Parameters
    ----------
    scale : type of Scale
        The steps, the same for all groups.
    bands : mapping of str or int to Bands
        The bands of each group, all on `scale`; kept as pairs, sorted by group.

    Raises
    ------
    RuleError
        When bands are on another scale.
    TypeError
        When `scale` is no scale, a group is neither text nor a whole number, or what it has are
        no bands.

    Examples
    --------
    >>> import custvalue as cv
    >>> by_region = cv.tiers.GroupBands(
    ...     cv.ParetoTier,
    ...     {"north": cv.Bands(cv.ParetoTier, (900,)), "south": cv.Bands(cv.ParetoTier, (400,))},
    ... )
    >>> by_region.classify(500, group="north"), by_region.classify(500, group="south")
    (<ParetoTier.USEFUL_MANY: 'useful-many'>, <ParetoTier.VITAL_FEW: 'vital-few'>)
    """

    scale: type[S]
    bands: tuple[tuple[Group, Bands[S]], ...] = attrs.field(converter=_tidy_bands)
    _by_group: dict[Group, Bands[S]] = attrs.field(init=False, eq=False, repr=False)

    @_by_group.default
    def _find_by_group(self) -> dict[Group, Bands[S]]:
        require_scale(self.scale, "GroupBands")
        for group, rule in self.bands:
            if not isinstance(rule, Bands):
                msg = f"GroupBands needs Bands for each group, got {rule!r} for {group!r}"
                raise TypeError(msg)
            if rule.scale is not self.scale:
                msg = (
                    f"all groups must have bands on {self.scale.__name__}, got bands on "
                    f"{rule.scale.__name__} for {group!r}"
                )
                raise RuleError(msg)
        return dict(self.bands)

    @property
    def groups(self) -> list[Group]:
        """The groups there are bands for: whole numbers first, then text, each in its order.

        Examples
        --------
        >>> import custvalue as cv
        >>> learner = cv.TopShare(cv.ParetoTier, (0.5,))
        >>> learner.fit_groups([9, 1, 7, 2], ["north", "north", "south", "south"]).groups
        ['north', 'south']
        """
        return list(self._by_group)

    def of(self, group: Group) -> Bands[S]:
        """Return the bands of one group.

        Parameters
        ----------
        group : str or int
            The group.

        Returns
        -------
        Bands

        Raises
        ------
        InputError
            When the group is missing, or there are no bands for it.
        TypeError
            When it is neither text nor a whole number.

        Examples
        --------
        >>> import custvalue as cv
        >>> rule = cv.tiers.PARETO.fit_groups([9, 5, 4, 2], ["web", "shop", "web", "shop"])
        >>> rule.of("shop").floors
        (5,)
        """
        if is_missing(plain(group)):
            msg = f"the group must be known, got {group!r}: leave such customers out"
            raise InputError(msg)
        known = read_group(group)
        if known not in self._by_group:
            msg = f"{self._say_groups()}, got {group!r}: learn the rule from that group as well"
            raise InputError(msg)
        return self._by_group[known]

    @overload
    def classify(self, values: Number, /, *, group: Group) -> S: ...
    @overload
    def classify(self, values: "pd.Series[Any]", groups: Column, /) -> "pd.Series[Any]": ...
    @overload
    def classify(
        self, values: "npt.NDArray[Any] | Sequence[Any] | pd.Index[Any]", groups: Column, /
    ) -> pd.Categorical: ...
    def classify(
        self,
        values: "Number | Column",
        groups: Column | None = None,
        /,
        *,
        group: Group | None = None,
    ) -> "S | pd.Series[Any] | pd.Categorical":
        """Return the step a value stands on within its group, or the steps of many.

        Parameters
        ----------
        values : number, or list, array or Series of numbers, shape (n,)
            Missing entries of a column stay missing.
        groups : list, array or Series of str or int, shape (n,)
            The group of each value of a column. Where it is missing, the label is.
        group : str or int
            The group of a single value.

        Returns
        -------
        member of the scale, pandas.Categorical, or Series of it with the index and name of `values`

        Raises
        ------
        InputError
            When a group has no bands, naming the rows; when columns differ in index or length;
            when a single value or its group is missing, or any value is infinite.
        TypeError
            When a value comes without its group, values are no numbers, or groups are neither
            text nor whole numbers.

        Examples
        --------
        >>> import custvalue as cv
        >>> rule = cv.tiers.PARETO.fit_groups([9, 5, 4, 2], ["web", "shop", "web", "shop"])
        >>> rule.classify([6, 6, 6], ["web", "shop", None]).tolist()
        ['useful-many', 'vital-few', nan]
        """
        many = is_column(values)
        if many != (groups is not None) or many == (group is not None):
            given = ["a column" if many else "one value"]
            given += ["groups"] * (groups is not None) + ["group="] * (group is not None)
            msg = (
                "classify takes a column and groups, or one value and group=, "
                f"got {' and '.join(given)}"
            )
            raise TypeError(msg)
        if group is not None:
            return self.of(group).classify(values)
        return self._classify_many(values, groups)  # type: ignore[arg-type]

    def explain(self, value: Number, /, *, group: Group) -> str:
        """Say which step a value is on within its group, and where the floors come from.

        Parameters
        ----------
        value : number [unit of the measure]
            One value.
        group : str or int
            Its group.

        Returns
        -------
        str

        Raises
        ------
        InputError
            When value or group is missing, the value infinite, or the group without bands.

        Examples
        --------
        >>> import custvalue as cv
        >>> rule = cv.tiers.PARETO.fit_groups([9, 5, 4, 2], ["web", "shop", "web", "shop"])
        >>> print(rule.explain(6, group="web"))
        In web: value 6: useful-many; vital-few from 9. Learned from 2 values.
        """
        return f"In {group}: {self.of(group).explain(value)}"

    def _classify_many(self, values: Column, groups: Column) -> "pd.Series[Any] | pd.Categorical":
        require_same_index(values, groups, "values and groups")
        numbers = read_numbers(values, self._measure())
        codes: Codes = np.full(len(numbers.values), -1, dtype=np.int8)
        for rule, rows in zip(self._by_group.values(), self._rows(groups), strict=True):
            codes[rows] = rule._code(Numbers(numbers.values[rows], None))
        if numbers.missing is not None:
            codes[numbers.missing] = -1
        steps = pd.Categorical.from_codes(codes, dtype=self.scale.dtype())
        if isinstance(values, pd.Series):
            return pd.Series(steps, index=values.index, name=values.name, copy=False)
        return steps

    def _rows(self, groups: Column) -> list[Places]:
        """Return the rows of each group there are bands for; raise where there are none."""
        place_of = {group: place for place, group in enumerate(self._by_group)}
        found, places = read_groups(groups)
        unseen = len(place_of)
        mine = np.array([place_of.get(group, unseen) for group in found] + [-1], dtype=np.int64)
        places = mine[places]
        if unseen in mine:
            rows = name_rows(places == unseen, as_series(groups, "groups"))
            others = [group for group in found if group not in place_of]
            msg = (
                f"{self._say_groups()}, got {_quote_some(others)} in {rows}: "
                "learn the rule from these groups as well"
            )
            raise InputError(msg)
        return rows_of_places(places, len(place_of))

    def _measure(self) -> str:
        return self.bands[0][1].measure if self.bands else "value"

    def _say_groups(self) -> str:
        return f"groups must be among those there are bands for ({_quote_some(self.groups)})"


def read_group(group: Hashable) -> Group:
    """Return a group as plain text or a whole number; raise for any other kind."""
    value = plain(group)
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, float) and value.is_integer():  # as whole numbers beside missing ones are
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        msg = (
            f"groups must be text or whole numbers, got {group!r} ({type(value).__name__}): "
            "name them, as with .map({True: 'web', False: 'shop'})"
        )
        raise TypeError(msg)
    return value


def read_groups(groups: Column) -> tuple[list[Group], Places]:
    """Return the groups that occur, and the place of each row's among them; -1 where missing.

    Missing is, as for ids, also the empty string.
    """
    ids = read_ids(as_series(groups, "groups"))
    occurring = np.flatnonzero(np.bincount(ids.codes + 1, minlength=ids.span + 1)[1:])
    place = np.full(ids.span + 1, -1)  # its last stands for the code of a missing group, -1
    place[occurring] = np.arange(len(occurring))
    return [read_group(group) for group in ids.take(occurring)], place[ids.codes]


def rows_of_places(places: Places, count: int) -> list[Places]:
    """Return the rows of each place from 0 to `count`, in their order, by one sort."""
    if count < np.iinfo(np.int16).max:
        places = places.astype(np.int16)  # sorted by counting
    order = np.argsort(places, kind="stable")
    ends = np.searchsorted(places[order], np.arange(count + 1))
    return [order[first:end] for first, end in pairwise(ends.tolist())]


def _quote_some(groups: list[Group]) -> str:
    return say_some([repr(group) for group in groups], MOST_NAMED) or "none"


def _write(rule: GroupBands[Any]) -> dict[str, Any]:
    return {
        "scale": labels_to_dict(rule.scale),
        "bands": [[group, to_dict(bands)] for group, bands in rule.bands],
    }


def _read(data: dict[str, Any], scales: Scales) -> GroupBands[Any]:
    return GroupBands(
        labels_from_dict(data["scale"], scales),
        [(group, from_dict(bands, scales=scales)) for group, bands in data["bands"]],
    )


document("bands by group", write=_write, read=_read)(GroupBands)
