"""From what customers hold to what the rules lead to and they do not hold yet, best first."""

from typing import Any

import attrs
import numpy as np
import pandas as pd

from custvalue._baskets.lines import (
    Coded,
    Ints,
    cut,
    distinct,
    first_of_each,
    read_count,
    read_items,
    read_lines,
    running_total,
    runs,
)
from custvalue._baskets.rules import Association
from custvalue._containers import (
    Column,
    as_series,
    is_column,
    is_word,
    read_flag,
    read_numbers,
    read_steps,
    require_columns,
)
from custvalue._words import say_value
from custvalue.errors import InputError

MOST_FOUND = 1 << 20  # rules that apply, worked on at a time
BY = ("confidence", "confidence_low", "lift", "leverage")


def recommend_items(
    rules: pd.DataFrame,
    items: pd.DataFrame | Column,
    *,
    customer: str,
    item: str,
    by: str,
    n: int | None,
    positive_only: bool,
) -> pd.DataFrame:
    """Return the table that `baskets.recommend` describes."""
    if not is_word(by, BY):
        msg = f"by must be one of {', '.join(BY)}, got {by!r}"
        raise InputError(msg)
    ranked = _Ranked.of(rules, by, positive_only=read_flag(positive_only, "positive_only"))
    most = len(rules) if n is None else min(read_count(n, "n"), len(rules))
    if isinstance(items, pd.DataFrame):
        customers, held = read_lines(items, "items", customer, item, role="customer")
    else:
        held = _read_list(items)
        customers = Coded(np.zeros(len(held.codes), dtype=np.int64), pd.Index([0]))
    goods = ranked.codes_of(held.names)[held.codes]
    known = goods >= 0  # of the others no rule speaks
    who, row = ranked.apply(*distinct(customers.codes[known], goods[known], ranked.goods), most)
    found = rules.iloc[row].reset_index(drop=True)
    if isinstance(items, pd.DataFrame):
        found.insert(0, customer, customers.names.take(who))
        found.attrs["without_recommendation"] = len(customers.names) - len(np.unique(who))
    return found


@attrs.frozen(eq=False)
class _Ranked:
    """Rules, the best one first: their rows, and the codes of what they lead from and to."""

    names: "pd.Index[Any]"
    rows: Ints
    antecedent: Ints
    consequent: Ints

    @classmethod
    def of(cls, rules: pd.DataFrame, by: str, *, positive_only: bool) -> "_Ranked":
        """Rank the rules there are; ties go to the higher lift, then to the larger count."""
        needed = ["antecedent", "consequent", "count_both", "lift", "association", by]
        require_columns(rules, needed, "rules", advice="give what pair_rules returned")
        both_sides = pd.concat([rules["antecedent"], rules["consequent"]])
        goods = read_items(both_sides.astype(object), "antecedent and consequent")
        antecedent, consequent = goods.codes[: len(rules)], goods.codes[len(rules) :]
        if len(distinct(antecedent, consequent, len(goods.names))[0]) < len(rules):
            msg = "rules must hold each pair once, got more: give what pair_rules returned"
            raise InputError(msg)
        ranks = [read_numbers(rules[name], name).values for name in ("count_both", "lift", by)]
        rows = np.lexsort((consequent, antecedent, *(-rank for rank in ranks)))
        if positive_only:
            steps = read_steps(rules["association"], Association, "association")
            rows = rows[steps[rows] == Association.POSITIVE.rank]
        return cls(goods.names, rows, antecedent[rows], consequent[rows])

    @property
    def goods(self) -> int:
        """Return how many goods the rules speak of."""
        return len(self.names)

    def codes_of(self, names: "pd.Index[Any]") -> Ints:
        """Return the codes of goods by name; -1 for those no rule speaks of."""
        return self.names.get_indexer(names.astype(object)).astype(np.int64)

    def apply(self, who: Ints, held: Ints, most: int) -> tuple[Ints, Ints]:
        """Return the rows that recommend, and for whom: customer by customer, the best first.

        Who holds h goods needs the best `most` + h rules of each at most: only h of these can
        lead to what is held.
        """
        by_antecedent = np.argsort(self.antecedent, kind="stable")
        begins = running_total(np.bincount(self.antecedent, minlength=self.goods))
        lengths = np.minimum(np.diff(begins)[held], most + np.bincount(who)[who])
        bounds = np.append(np.flatnonzero(first_of_each(who)), len(who))
        chosen = [np.empty((2, 0), dtype=np.int64)]
        for first, end in cut(running_total(lengths)[bounds], MOST_FOUND):
            lines = slice(bounds[first], bounds[end])
            places = by_antecedent[runs(begins[held[lines]], lengths[lines])]
            customers = np.repeat(who[lines], lengths[lines])
            holdings = who[lines] * self.goods + held[lines]
            chosen.append(self._choose(customers, places, holdings, most))
        customers, places = np.concatenate(chosen, axis=1)
        return customers, self.rows[places]

    def _choose(self, customers: Ints, places: Ints, holdings: Ints, most: int) -> Ints:
        """Return customers and places of rules: of each good not held the best rule only."""
        found = np.stack([customers, places])[:, np.lexsort((places, customers))]
        goods = found[0] * self.goods + self.consequent[found[1]]
        new = np.flatnonzero(~np.isin(goods, holdings))
        once = np.unique(goods[new], return_index=True)[1]  # where it comes first, at its best
        found = found[:, new[np.sort(once)]]
        begins = np.flatnonzero(first_of_each(found[0]))
        ahead = np.arange(found.shape[1])
        ahead -= np.repeat(begins, np.diff(np.append(begins, found.shape[1])))
        return found[:, ahead < most]


def _read_list(items: Column) -> Coded:
    if isinstance(items, set | frozenset):
        items = list(items)
    if not is_column(items):
        msg = f"items must be a list of what one customer holds, or a frame, got {say_value(items)}"
        raise TypeError(msg)
    return read_items(as_series(items, "items"), "items")
