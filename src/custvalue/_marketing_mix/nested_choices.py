"""True must-haves from nested choices: "if you could have only one, which? only two? ..."."""

from collections.abc import Hashable, Iterable, Mapping
from fractions import Fraction
from typing import Any, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._containers import (
    LARGEST_EXACT,
    NAMED_ROWS,
    as_series,
    name_rows,
    read_numbers,
    require_columns,
)
from custvalue._ids import Ids, read_ids
from custvalue._words import say_frame
from custvalue.errors import InputError

NestedChoices: TypeAlias = pd.DataFrame | Mapping[Any, Iterable[Iterable[Hashable]]]


@attrs.frozen(eq=False)
class NeedRanking:
    """What customers can least do without; made by `rank_needs`.

    Attributes
    ----------
    customers : int
        How many answered.
    table : DataFrame indexed by need, the most effort first
        ``rank`` int64, by effort, 1 for the most; needs of equal effort share the better rank.
        ``first_places`` int64: customers who chose it when only one was allowed. ``named`` int64:
        customers who chose it at all, and ``share_named`` float64, their share of all who answered
        [share]. ``mean_rank`` float64, among those who named it. ``effort`` float64: the suggested
        share of effort, which sums to 1 [share].
    by_customer : DataFrame, one row per customer and need it named
        The two columns as they were given, sorted; ``rank`` float64: 1 for what it would keep if
        it could have only one, 2 for what came next, their mean for needs that came at once.
        ``weight`` float64: its own shares of effort, which sum to 1 [share].

    Examples
    --------
    >>> import custvalue as cv
    >>> ranking = cv.marketing_mix.rank_needs(
    ...     {"ann": [{"hole"}, {"hole", "price"}], "bob": [{"hole"}]}
    ... )
    >>> ranking.by_customer["weight"].tolist()
    [0.75, 0.25, 1.0]
    """

    customers: int
    table: pd.DataFrame
    by_customer: pd.DataFrame

    def __str__(self) -> str:
        """Return a line per need, the most effort first."""
        lines = [
            f"{row.rank}. {need}: {row.effort:.1%} of the effort; first for {row.first_places:,}, "
            f"named by {row.named:,} of {self.customers:,}"
            for need, row in zip(self.table.index, self.table.itertuples(), strict=True)
        ]
        return "\n".join(lines) or "no needs: nobody answered"

    def _repr_html_(self) -> str:
        return self.table.to_html()


def rank_needs(
    nested_choices: NestedChoices,
    *,
    customer: str = "customer",
    allowed: str = "allowed",
    need: str = "need",
) -> NeedRanking:
    """Rank what customers need by what they would keep if they could have only so many.

    Asked for a list of must-haves, people list many. So each is asked: if you could have only one
    of them, which? Only two? Each choice must hold all of the smaller one, and the order in which
    needs come in ranks them. Questions may be left out: after choices of one and of three, the two
    needs that came in at once share the ranks 2 and 3.

    Each customer has one vote for where effort should go. Its order says which weights fit: those
    that sum to 1 and never rise from a need to the next. Their centre is its vote, for the need in
    place k of K that is (1/k + ... + 1/K) / K; needs that came in at once get the mean of their
    places. ``effort`` is the mean vote: unlike first places alone it hears what comes second, and
    unlike a mean rank it hears how many named a need at all.

    Parameters
    ----------
    nested_choices : DataFrame, or mapping of customer to a list of sets
        A frame has one row per customer, choice and need in it; this is the way for many
        customers. In a mapping the first set is the choice of one need, the second of two, and so
        on; an empty set is a question left out.
    customer, allowed, need : str
        The frame's columns: the customer's id, how many needs it was allowed, and one that it
        chose. Ids and needs are text, whole numbers, or anything else that can be hashed.

    Returns
    -------
    NeedRanking
        With the ranks of all customers together, and of each.

    Raises
    ------
    InputError
        When a column is absent or holds missing values, `allowed` is no whole number ≥ 1, a choice
        holds a need twice or not as many as allowed, or not all of a smaller choice; the sentence
        names rows or customers.
    TypeError
        When `nested_choices` or a column is of a wrong kind.

    References
    ----------
    F. H. Barron, B. E. Barrett (1996), Decision quality using ranked attribute weights. Management
    Science 42(11), 1515-1523: rank-order centroid weights.

    Examples
    --------
    >>> import custvalue as cv
    >>> ranking = cv.marketing_mix.rank_needs(
    ...     {
    ...         "ann": [{"hole"}, {"hole", "price"}],
    ...         "bob": [{"price"}, {"price", "hole"}],
    ...         "eve": [{"hole"}, {"hole", "near by"}, {"hole", "near by", "price"}],
    ...     }
    ... )
    >>> print(ranking)
    1. hole: 53.7% of the effort; first for 2, named by 3 of 3
    2. price: 37.0% of the effort; first for 1, named by 3 of 3
    3. near by: 9.3% of the effort; first for 0, named by 1 of 3
    >>> ranking.table["mean_rank"].round(2).to_dict()
    {'hole': 1.33, 'price': 2.0, 'near by': 2.0}
    """
    frame = nested_choices
    if not isinstance(frame, pd.DataFrame):
        frame = _lay_out(frame, customer, allowed, need)
    require_columns(frame, [customer, allowed, need], "nested_choices")
    ids, needs = _read_known_ids(frame, customer), _read_known_ids(frame, need)
    rows = pd.DataFrame(
        {"who": ids.codes, "what": needs.codes, "size": _read_sizes(frame, allowed)}
    )
    entries = _find_entries(rows, ids, needs)
    kinds = entries.groupby(["before", "upto", "most"])
    weights = [_weight(*places) for places in kinds.size().index]
    entries["kind"] = kinds.ngroup()
    by_customer = pd.DataFrame(
        {
            customer: ids.take(entries["who"].to_numpy()),
            need: needs.take(entries["what"].to_numpy()),
            "rank": (entries["before"] + 1 + entries["upto"]).to_numpy() / 2,
            "weight": np.array(weights, dtype=np.float64)[entries["kind"].to_numpy()],
        }
    )
    customers = int(entries["who"].nunique())
    return NeedRanking(customers, _rank(entries, weights, customers, needs), by_customer)


def _find_entries(rows: pd.DataFrame, ids: Ids, needs: Ids) -> pd.DataFrame:
    """Return one row per customer and need, sorted: with which choice it came in.

    ``upto`` is the size of that choice, ``before`` of the customer's next smaller one, ``most`` of
    its largest. Raise where choices have another size than allowed, or are not nested.
    """
    rows = rows.assign(choice=rows.groupby(["who", "size"]).ngroup())
    twice = rows.duplicated(["choice", "what"]).to_numpy()
    if twice.any():
        msg = (
            "a choice must hold each need once, got one twice from "
            f"{_name(rows[twice], ids, needs)}: drop what is repeated"
        )
        raise InputError(msg)
    choices = rows.groupby("choice").agg(
        who=("who", "first"), upto=("size", "first"), held=("what", "size")
    )
    odd = (choices["held"] != choices["upto"]).to_numpy()
    if odd.any():
        msg = (
            "a choice must hold as many needs as were allowed, got more or fewer from "
            f"{_name(choices[odd], ids)}: ask again, or leave that question out"
        )
        raise InputError(msg)
    by_customer = choices.groupby("who")["upto"]
    choices["before"] = by_customer.shift(fill_value=0)
    choices["most"] = by_customer.transform("max")
    choices["onwards"] = by_customer.cumcount(ascending=False) + 1
    held = rows.groupby(["who", "what"])["choice"].agg(["min", "size"]).reset_index()
    entry = choices.iloc[held["min"].to_numpy()].assign(what=held["what"].to_numpy())
    dropped = held["size"].to_numpy() != entry["onwards"].to_numpy()
    if dropped.any():
        msg = (
            "each choice must hold all of the smaller one, but a need once chosen was dropped by "
            f"{_name(entry[dropped], ids, needs)}: ask again, or leave them out"
        )
        raise InputError(msg)
    return entry[["who", "what", "before", "upto", "most"]].reset_index(drop=True)


def _rank(
    entries: pd.DataFrame, weights: list[Fraction], customers: int, needs: Ids
) -> pd.DataFrame:
    """Return one row per need, of all customers together."""
    votes: dict[int, Fraction] = {}
    counts = entries.groupby(["what", "kind"]).size().reset_index()
    for what, kind, count in counts.to_numpy().tolist():
        votes[what] = votes.get(what, Fraction()) + count * weights[kind]
    order = sorted(votes, key=lambda what: (-votes[what], what))
    best: dict[Fraction, int] = {}
    for place, what in enumerate(order, start=1):
        best.setdefault(votes[what], place)
    by_need = entries.assign(
        first=entries["upto"] == 1, twice_rank=entries["before"] + 1 + entries["upto"]
    ).groupby("what")
    named = by_need.size()[order]
    return pd.DataFrame(
        {
            "rank": np.array([best[votes[what]] for what in order], dtype=np.int64),
            "first_places": by_need["first"].sum()[order].to_numpy(),
            "named": named.to_numpy(),
            "share_named": named.to_numpy() / customers,
            "mean_rank": by_need["twice_rank"].sum()[order].to_numpy() / (2 * named.to_numpy()),
            "effort": [float(votes[what] / customers) for what in order],
        },
        index=needs.take(np.array(order, dtype=np.int64)),
    )


def _weight(before: int, upto: int, most: int) -> Fraction:
    """Return the mean of the rank-order centroid weights of some places among `most`."""
    tail = sum(Fraction(min(j, upto) - before, j) for j in range(before + 1, most + 1))
    return Fraction(tail) / ((upto - before) * most)


# --- reading -----------------------------------------------------------------------------------


def _lay_out(choices: object, customer: str, allowed: str, need: str) -> pd.DataFrame:
    """Return a mapping of customers to their sets as one row per need in a choice."""
    if not isinstance(choices, Mapping):
        msg = (
            "nested_choices must be a DataFrame or a mapping from customer to a list of sets, got "
            f"{say_frame(choices)}"
        )
        raise TypeError(msg)
    rows: list[tuple[Hashable, int, Hashable]] = []
    for who, sets in choices.items():
        _require_several(sets, f"the choices of {who}", "sets")
        given = len(rows)
        for size, chosen in enumerate(sets, start=1):
            _require_several(chosen, f"a choice of {who}", "needs")
            rows += [(who, size, what) for what in chosen]
        if len(rows) == given:
            msg = f"each customer must have chosen something, got nothing from {who}: leave it out"
            raise InputError(msg)
    whos, sizes, whats = zip(*rows, strict=True) if rows else ((), (), ())
    return pd.DataFrame(
        {
            customer: pd.Index(whos, tupleize_cols=False),
            allowed: np.array(sizes, dtype=np.int64),
            need: pd.Index(whats, tupleize_cols=False),
        }
    )


def _require_several(values: object, what: str, of: str) -> None:
    if isinstance(values, str) or not np.iterable(values):
        msg = f"{what} must be a list or set of {of}, got {values!r}"
        raise TypeError(msg)


def _read_known_ids(frame: pd.DataFrame, name: str) -> Ids:
    ids = read_ids(as_series(frame[name], name))
    missing = ids.missing()
    if missing is not None:
        msg = f"{name} must be known in every row, got none in {name_rows(missing, frame)}"
        raise InputError(msg)
    return ids


def _read_sizes(frame: pd.DataFrame, name: str) -> npt.NDArray[np.int64]:
    numbers = read_numbers(frame[name], name)
    sizes = numbers.values
    whole = (sizes >= 1) & (sizes < LARGEST_EXACT) & (sizes % 1 == 0)
    if not whole.all():  # a missing one is NaN, or 0, here
        msg = f"{name} must be a whole number ≥ 1, got others in {name_rows(~whole, frame)}"
        raise InputError(msg)
    return sizes.astype(np.int64, copy=False)


def _name(wrong: pd.DataFrame, ids: Ids, needs: Ids | None = None) -> str:
    """Name the first customers of some rows, with their need, or what they held for how many."""
    few = wrong.head(NAMED_ROWS)
    if needs is not None:
        details = [str(what) for what in needs.take(few["what"].to_numpy())]
    else:
        details = [f"{row.held} for {row.upto}" for row in few.itertuples()]
    customers = ids.take(few["who"].to_numpy())
    named = ", ".join(f"{who} ({said})" for who, said in zip(customers, details, strict=True))
    return named + (f" and {len(wrong) - NAMED_ROWS:,} more" if len(wrong) > NAMED_ROWS else "")
