"""How customers moved between two dates: up or down a scale, in or out."""

from typing import Any

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._containers import Codes, read_steps, require_each_once
from custvalue._ids import kind_of_ids
from custvalue._scale import Scale, built_in_scale, require_scale
from custvalue.errors import InputError

Counts = npt.NDArray[np.int64]

NEW, GONE = "(new)", "(gone)"


def movement(
    before: "pd.Series[Any]", after: "pd.Series[Any]", *, scale: type[Scale] | None = None
) -> "Movement":
    """Count who moved to a better step between two dates, who to a worse one, who came and went.

    For tiers, lifecycle stages and churn states alike. "Better" is towards the good end of the
    scale, whichever it is: from asleep to awake is an advance.

    Parameters
    ----------
    before, after : Series of labels, indexed by customer id, shapes (m,) and (n,)
        The step of each customer on either date, as a rule gives it, in any order. Ids are
        matched by the index. Who has no label (a missing one, or no row) was not there.
    scale : type of Scale, optional
        The scale of the labels. Needed for strings and for a scale of your own; the categoricals
        of a scale of this package are recognised by their steps.

    Returns
    -------
    Movement

    Raises
    ------
    TypeError
        When a side is no Series, or `scale` is no scale.
    InputError
        When an id is missing or there twice on one side, the ids of the sides are of different
        kinds, a label is not on the scale, the sides are on different scales, or the scale is not
        known; the sentence names the ids.

    Examples
    --------
    >>> import custvalue as cv, pandas as pd
    >>> before = pd.Series({"ann": "A", "bob": "C", "cem": "B", "dee": "B"})
    >>> after = pd.Series({"eve": "C", "dee": "C", "bob": "B", "ann": "A"})
    >>> moved = cv.movement(before, after, scale=cv.ABCTier)
    >>> print(moved)
    4 before, 4 after: 1 advanced, 1 held, 1 slipped; 1 joined, 1 left.
    >>> moved.matrix.loc["B"].to_dict()
    {'A': 0, 'B': 0, 'C': 1, '(gone)': 1}
    """
    _check_ids(before, "before")
    _check_ids(after, "after")
    scale = _scale_of(before, after) if scale is None else scale
    require_scale(scale, "movement")
    sides = read_steps(before, scale, "before"), read_steps(after, scale, "after")
    if before.index.equals(after.index):
        counts = _count(*sides, len(scale))
    else:
        counts = _count_matching(before.index, after.index, *sides, len(scale))
    if scale.best == "last":
        steps = np.arange(len(scale))[::-1]
        best_first = np.append(steps, len(scale))
        counts = counts[np.ix_(best_first, best_first)]
    known = counts[:-1, :-1]
    return Movement(
        scale=scale,
        advanced=int(np.tril(known, -1).sum()),
        held=int(np.trace(known)),
        slipped=int(np.triu(known, 1).sum()),
        joined=int(counts[-1].sum()),
        left=int(counts[:, -1].sum()),
        counts=counts,
    )


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Movement:
    """How customers moved between two dates; made by `movement`.

    Two things are told apart: quantity, whether more customers come than go, and quality, whether
    more of those who stay move up than down.

    Attributes
    ----------
    scale : type of Scale
        What they moved on.
    advanced, held, slipped : int
        Customers there on both dates: on a better step than before, the same, a worse one.
    joined, left : int
        Customers there on the later date only, and on the earlier one only.

    Examples
    --------
    >>> import custvalue as cv, pandas as pd
    >>> states = cv.SleepPolicy(30, 60, 90)
    >>> winter = states.classify(pd.Series({"ann": 5, "bob": 80, "cem": 95}))
    >>> summer = states.classify(pd.Series({"ann": 40, "bob": 3, "cem": 260}))
    >>> moved = cv.movement(winter, summer)
    >>> moved.advanced, moved.held, moved.slipped
    (1, 1, 1)
    """

    scale: type[Scale]
    advanced: int
    held: int
    slipped: int
    joined: int
    left: int
    _counts: Counts
    """From step, to step, both best first; the last row is (new), the last column (gone)."""

    @property
    def before(self) -> int:
        """How many customers were there on the earlier date.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> ids = pd.Series({"ann": "A", "bob": None})
        >>> cv.movement(ids, ids, scale=cv.ABCTier).before
        1
        """
        return self.advanced + self.held + self.slipped + self.left

    @property
    def after(self) -> int:
        """How many customers were there on the later date.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> ids = pd.Series({"ann": "A", "bob": None})
        >>> cv.movement(ids, ids, scale=cv.ABCTier).after
        1
        """
        return self.advanced + self.held + self.slipped + self.joined

    @property
    def net_joined(self) -> int:
        """Quantity: how many more joined than left.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> before, after = pd.Series({"ann": "A"}), pd.Series({"ann": "A", "bob": "C"})
        >>> cv.movement(before, after, scale=cv.ABCTier).net_joined
        1
        """
        return self.joined - self.left

    @property
    def net_advanced(self) -> int:
        """Quality: how many more advanced than slipped.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> before, after = pd.Series({"ann": "A"}), pd.Series({"ann": "C"})
        >>> cv.movement(before, after, scale=cv.ABCTier).net_advanced
        -1
        """
        return self.advanced - self.slipped

    @property
    def matrix(self) -> pd.DataFrame:
        """Who came from where, and went where to.

        Returns
        -------
        DataFrame of int64, shape (steps + 1, steps + 1)
            Customers by the step before (rows, then ``(new)``) and after (columns, then
            ``(gone)``), best step first. Above the diagonal they slipped, below it they advanced.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> before, after = pd.Series({"ann": "C"}), pd.Series({"ann": "A", "bob": "C"})
        >>> matrix = cv.movement(before, after, scale=cv.ABCTier).matrix
        >>> int(matrix.loc["C", "A"]), int(matrix.loc["(new)", "C"])
        (1, 1)
        """
        steps = [step.value for step in self.scale.best_first()]
        return pd.DataFrame(
            self._counts.copy(),
            index=pd.Index([*steps, NEW], name="before"),
            columns=pd.Index([*steps, GONE], name="after"),
        )

    def to_frame(self) -> pd.DataFrame:
        """Return the counts as a frame of one row, to be stacked with those of other dates.

        Returns
        -------
        DataFrame of int64, shape (1, 9)
            ``before``, ``after``, ``advanced``, ``held``, ``slipped``, ``joined``, ``left``,
            ``net_joined``, ``net_advanced``.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> before, after = pd.Series({"ann": "C"}), pd.Series({"ann": "A", "bob": "C"})
        >>> frame = cv.movement(before, after, scale=cv.ABCTier).to_frame()
        >>> frame[["before", "after", "net_joined", "net_advanced"]].iloc[0].to_list()
        [1, 2, 1, 1]
        """
        figures = ["before", "after", "advanced", "held", "slipped", "joined", "left"]
        figures += ["net_joined", "net_advanced"]
        return pd.DataFrame([{name: getattr(self, name) for name in figures}], dtype=np.int64)

    def __str__(self) -> str:
        return (
            f"{self.before:,} before, {self.after:,} after: {self.advanced:,} advanced, "
            f"{self.held:,} held, {self.slipped:,} slipped; "
            f"{self.joined:,} joined, {self.left:,} left."
        )

    def __repr__(self) -> str:
        return f"<Movement on {self.scale.__name__}: {self}>"

    def _repr_html_(self) -> str:
        """Show the sentence and the matrix in a notebook."""
        return f"<p>{self}</p>{self.matrix.to_html()}"


# --- counting ----------------------------------------------------------------------------------


def _count(before: Codes, after: Codes, steps: int) -> Counts:
    """Count pairs of steps; the last row and column hold those not there, but not the pairs."""
    places = steps + 1
    pairs = np.where(before < 0, steps, before).astype(np.int16)
    pairs *= places
    pairs += np.where(after < 0, steps, after)
    counts = np.bincount(pairs, minlength=places**2).astype(np.int64).reshape(places, places)
    counts[-1, -1] = 0
    return counts


def _count_matching(
    ids_before: "pd.Index[Any]", ids_after: "pd.Index[Any]", before: Codes, after: Codes, steps: int
) -> Counts:
    """Count pairs of steps of customers whose ids stand in different orders, or on one side."""
    rows = ids_before.get_indexer(ids_after)
    matched = rows >= 0
    _check_kinds(ids_before, ids_after, bool(matched.any()))
    stayed = np.zeros(len(before), dtype=np.bool_)
    stayed[rows[matched]] = True
    came_from = np.append(before, np.int8(-1))[rows]  # row -1 is that last one: nowhere
    unmatched = before[~stayed]
    return _count(
        np.concatenate([came_from, unmatched]),
        np.concatenate([after, np.full(len(unmatched), -1, dtype=np.int8)]),
        steps,
    )


# --- checks ------------------------------------------------------------------------------------


def _check_ids(side: object, name: str) -> None:
    if not isinstance(side, pd.Series):
        msg = (
            f"{name} must be a Series of labels indexed by customer id, got "
            f"{type(side).__name__}: give one, as pd.Series(labels, index=ids)"
        )
        raise TypeError(msg)
    ids = side.index
    if ids.nlevels == 1 and ids.hasnans:
        missing = int(np.count_nonzero(ids.isna()))
        msg = f"{name} must have no missing ids, got {missing:,}: leave these customers out"
        raise InputError(msg)
    require_each_once(ids, name)


def _check_kinds(ids_before: "pd.Index[Any]", ids_after: "pd.Index[Any]", matched: bool) -> None:  # noqa: FBT001 - what was found
    """Raise where no id is on both sides because 1 is not "1"."""
    kinds = kind_of_ids(ids_before), kind_of_ids(ids_after)
    if not matched and None not in kinds and kinds[0] != kinds[1]:
        msg = (
            f"before and after must be indexed by ids of one kind, got {kinds[0]} before and "
            f"{kinds[1]} after: convert one to the other's kind"
        )
        raise InputError(msg)


def _scale_of(before: "pd.Series[Any]", after: "pd.Series[Any]") -> type[Scale]:
    """Return the scale of this package that both sides have the steps of."""
    found = [_built_in_scale(side, name) for side, name in ((before, "before"), (after, "after"))]
    if found[0] is not found[1]:
        msg = (
            "before and after must be on one scale, "
            f"got {found[0].__name__} before and {found[1].__name__} after"
        )
        raise InputError(msg)
    return found[0]


def _built_in_scale(side: "pd.Series[Any]", name: str) -> type[Scale]:
    if not isinstance(side.dtype, pd.CategoricalDtype):
        msg = (
            f"movement must know which end of the scale is good, got labels of {side.dtype} "
            f"in {name}: name their scale, as in scale=cv.ABCTier"
        )
        raise InputError(msg)
    steps = side.cat.categories.tolist()
    scale = built_in_scale(steps)
    if scale is not None:
        return scale
    msg = (
        f"movement must know which end of the scale is good, got the steps "
        f"{', '.join(map(str, steps))} in {name}, which are no scale of this package: "
        "name yours, as in scale=MyScale"
    )
    raise InputError(msg)
