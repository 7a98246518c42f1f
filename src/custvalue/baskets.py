"""What is bought together, what is bought most, and what the members of a group have in common.

That beer stood next to diapers, and both sold more, is a story people tell. What holds in your
shop, your own baskets say. Lines stay your frame, one row for each good in a basket; an order log
holds money and time only.
"""

import pandas as pd

from custvalue._baskets.recommending import recommend_items
from custvalue._baskets.rules import Association, find_rules
from custvalue._baskets.top import count_top
from custvalue._baskets.traits import compare_traits
from custvalue._containers import Column

__all__ = ["Association", "pair_rules", "recommend", "top_items", "traits"]


def pair_rules(
    lines: pd.DataFrame,
    *,
    basket: str = "basket",
    item: str = "item",
    min_count: int,
    min_confidence: float | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return which goods are bought together: "who buys the antecedent, buys the consequent".

    Each pair that is in enough baskets gives two rules, one in each direction. Whether the two
    belong together is tested on the table of baskets with and without either: Pearson's
    chi-squared with Yates' correction, at the level given. Both rules of a pair have the same
    answer. Among thousands of pairs some pass by chance: raise the level, or try them out.

    Parameters
    ----------
    lines : DataFrame
        One row for each good in a basket, in any order. The same good twice in a basket counts
        once.
    basket, item : str, default "basket" and "item"
        The columns that hold the basket's id, of any kind, and the good: text, numbers or
        categories. Blanks around text don't count.
    min_count : int
        The fewest baskets that must hold both goods. A pair that is never bought together has no
        rule, so goods that replace each other show only where some buy both.
    min_confidence : float, optional
        The least confidence, compared exactly: 8 of 10 is 0.8.
    level : float, default 0.95
        Confidence of the interval, and of the test [share].

    Returns
    -------
    DataFrame, one row per rule
        ``antecedent``, ``consequent`` as in `lines`; ``baskets``, ``count_antecedent``,
        ``count_consequent``, ``count_both`` int64 [baskets]; ``support`` (both / baskets),
        ``confidence`` (both / antecedent) float64 [share]; ``lift``: confidence over the
        consequent's share of all baskets, 1 where neither says anything about the other;
        ``leverage``: support less what chance would give [share]; ``conviction``: how many times
        as often the rule would fail by chance as it does, infinite where it never fails, NaN
        where the consequent is in every basket; ``confidence_low``, ``confidence_high``: Wilson
        interval [share]; ``association`` categorical, an `Association`: positive, negative or
        cannot tell. Sorted by ``count_both`` and ``lift``, highest first, then by antecedent and
        consequent, in order of appearance where these don't compare.

    Raises
    ------
    InputError
        When a column lacks, a basket or good is missing or blank (the sentence names the rows),
        `min_count` is below 1, or `min_confidence` or `level` is no share.
    TypeError
        When `lines` is no DataFrame, or a setting is no number.

    References
    ----------
    R. Agrawal, T. Imielinski and A. Swami (1993), Mining association rules between sets of items
    in large databases. SIGMOD Record 22 (2), 207-216.
    S. Brin, R. Motwani, J. D. Ullman and S. Tsur (1997), Dynamic itemset counting and implication
    rules for market basket data. SIGMOD Record 26 (2), 255-264 (lift, conviction).
    G. Piatetsky-Shapiro (1991), Discovery, analysis, and presentation of strong rules. Knowledge
    Discovery in Databases, 229-248 (leverage).
    F. Yates (1934), Contingency tables involving small numbers and the χ² test. Supplement to the
    Journal of the Royal Statistical Society 1, 217-235.

    Examples
    --------
    >>> import pandas as pd
    >>> import custvalue as cv
    >>> lines = pd.DataFrame(
    ...     {
    ...         "basket": [1, 1, 2, 2, 3, 4, 5, 5],
    ...         "item": ["tea", "lemon", "tea", "lemon", "tea", "coffee", "tea", "coffee"],
    ...     }
    ... )
    >>> rules = cv.baskets.pair_rules(lines, min_count=2)
    >>> rules[["antecedent", "consequent", "confidence", "lift"]].values.tolist()
    [['lemon', 'tea', 1.0, 1.25], ['tea', 'lemon', 0.5, 1.25]]
    >>> rules["association"].tolist()
    ['cannot tell', 'cannot tell']
    """
    return find_rules(
        lines,
        basket=basket,
        item=item,
        min_count=min_count,
        min_confidence=min_confidence,
        level=level,
    )


def recommend(
    rules: pd.DataFrame,
    items: pd.DataFrame | Column,
    *,
    customer: str = "customer_id",
    item: str = "item",
    by: str = "confidence",
    n: int | None = 5,
    positive_only: bool = True,
) -> pd.DataFrame:
    """Return what to offer next: goods the rules lead to that a customer does not hold yet.

    Each good comes with the best rule that leads to it from something the customer holds. A
    customer about whom the rules say nothing gets nothing: no popular good stands in.

    Parameters
    ----------
    rules : DataFrame
        What `pair_rules` returned, or some rows of it.
    items : list, set, Series or array; or DataFrame
        What one customer holds; or, for many, a row for each customer and good.
    customer, item : str, default "customer_id" and "item"
        Columns of that frame.
    by : {"confidence", "confidence_low", "lift", "leverage"}
        What makes a rule the best, highest first; then the lift, the count of both, and the names.
        Confidence leads to popular goods, lift to rare ones.
    n : int or None, default 5
        The most goods for each customer; None for all.
    positive_only : bool, default True
        Rest on rules of positive association only.

    Returns
    -------
    DataFrame, one row per good to offer, best first
        The rows of `rules`: the good is the ``consequent``, the ``antecedent`` is why. For many,
        the customer's column in front, customers in order of their id, and
        ``.attrs["without_recommendation"]`` counts those without a row.

    Raises
    ------
    InputError
        When a column lacks, a customer or good is missing or blank (the sentence names the
        rows), a pair has more than one rule, or `by` or `n` is another.
    TypeError
        When `rules` is no DataFrame, or `items` is neither list nor frame.

    Examples
    --------
    >>> import pandas as pd
    >>> import custvalue as cv
    >>> bought = {"tea lemon": 40, "tea": 10, "coffee milk": 30, "coffee": 15, "lemon": 5}
    >>> baskets = pd.Series([goods.split() for goods, n in bought.items() for _ in range(n)])
    >>> lines = baskets.explode().rename("item").rename_axis("basket").reset_index()
    >>> rules = cv.baskets.pair_rules(lines, min_count=10)
    >>> offer = cv.baskets.recommend(rules, ["tea", "bread"])
    >>> offer[["consequent", "antecedent", "confidence"]].values.tolist()
    [['lemon', 'tea', 0.8]]
    >>> held = pd.DataFrame({"customer_id": ["ann", "bob"], "item": ["coffee", "bread"]})
    >>> offers = cv.baskets.recommend(rules, held)
    >>> offers[["customer_id", "consequent"]].values.tolist()
    [['ann', 'milk']]
    >>> offers.attrs["without_recommendation"]
    1
    """
    return recommend_items(
        rules, items, customer=customer, item=item, by=by, n=n, positive_only=positive_only
    )


def top_items(
    lines: pd.DataFrame,
    *,
    by: str | Column | None = None,
    basket: str = "basket",
    item: str = "item",
    n: int | None = 10,
) -> pd.DataFrame:
    """Return the goods in the most baskets, overall or by tier, stage, state, region, ...

    Parameters
    ----------
    lines : DataFrame
        One row for each good in a basket, as for `pair_rules`.
    by : str or Series of labels, shape (n,), optional
        The group of each line: a column of `lines`, or labels with its index, as
        ``lines["customer_id"].map(tiers)``. A basket counts in each group it has a line in.
    basket, item : str, default "basket" and "item"
        The columns that hold the basket's id and the good.
    n : int or None, default 10
        How many goods of each group; more where the last are equal. None for all.

    Returns
    -------
    DataFrame, one row per good; groups in their order, the most bought first
        ``place`` int64, from 1, the same for equal goods; ``item``; ``baskets`` int64, those of
        the group; ``count`` int64, those with the good; ``share`` (count / baskets) float64.
        With `by`: ``group`` in front, best first for an ordered categorical, else sorted;
        ``lift`` float64, the share over that in all baskets; ``.attrs["without_group"]`` counts
        the lines without a group, which are in "all baskets" only.

    Raises
    ------
    InputError
        When a column lacks, a basket or good is missing or blank (the sentence names the rows),
        `by` has another index, or `n` is below 1.
    TypeError
        When `lines` is no DataFrame, or groups are neither text nor whole numbers.

    Examples
    --------
    >>> import pandas as pd
    >>> import custvalue as cv
    >>> lines = pd.DataFrame(
    ...     {
    ...         "basket": [1, 1, 2, 2, 3, 3],
    ...         "item": ["tea", "lemon", "tea", "milk", "tea", "milk"],
    ...         "shop": ["north", "north", "south", "south", "south", "south"],
    ...     }
    ... )
    >>> cv.baskets.top_items(lines, n=2)[["place", "item", "count"]].values.tolist()
    [[1, 'tea', 3], [2, 'milk', 2]]
    >>> top = cv.baskets.top_items(lines, by="shop", n=1)
    >>> top[["group", "item", "share", "lift"]].values.tolist()
    [['north', 'lemon', 1.0, 3.0], ['north', 'tea', 1.0, 1.0], ['south', 'milk', 1.0, 1.5],
     ['south', 'tea', 1.0, 1.0]]
    """
    return count_top(lines, by=by, basket=basket, item=item, n=n)


def traits(people: pd.DataFrame, members: Column) -> pd.DataFrame:
    """Return what the members of a group have in common: more often, or less, than the others.

    Of the profitable, the frequent or the potential customers, say. What is common is not what
    makes somebody a member; but it says where to look for more of them.

    Parameters
    ----------
    people : DataFrame, shape (n, traits)
        A row for each, in and out of the group, and a column for each trait: flags, text or
        categories. Each value of text and categories is a trait; what is missing counts nowhere.
        Numbers other than 0 and 1 must be cut into steps first.
    members : list, array or Series of bool or 0 and 1, shape (n,)
        Who is in the group; a Series has the index of `people`.

    Returns
    -------
    DataFrame, one row per trait, the surest first
        ``trait``: the column; ``value``: its value, True for flags; ``members``, ``members_with``,
        ``others``, ``others_with`` int64: those in and out of the group of whom it is known, and
        those who have it; ``share`` (members_with / members), ``share_of_others`` float64;
        ``lift`` float64: the one over the other, infinite where no others have it, NaN where
        nobody does; ``q_value`` float64: of all traits with at most that q, at most that share is
        there by luck; NaN where the group or the rest is empty. Equal q-values: the higher lift
        first.

    Raises
    ------
    InputError
        When a column holds numbers or dates, members are missing, or the index differs.
    TypeError
        When `people` is no DataFrame, or a column or `members` is of another kind.

    See Also
    --------
    top_items : The goods most bought by each group, with their lift.
    custvalue.screening.screen : Which indicators, numbers too, have influence on a target.

    References
    ----------
    Y. Benjamini and Y. Hochberg (1995), Controlling the false discovery rate. Journal of the
    Royal Statistical Society B 57, 289-300 (the q-value).

    Examples
    --------
    >>> import pandas as pd
    >>> import custvalue as cv
    >>> people = pd.DataFrame(
    ...     {"channel": ["web"] * 40 + ["shop"] * 60, "newsletter": [True, False] * 50}
    ... )
    >>> profitable = [True] * 30 + [False] * 60 + [True] * 10
    >>> common = cv.baskets.traits(people, profitable)
    >>> common[["trait", "value", "share", "share_of_others"]].round(3).values.tolist()
    [['channel', 'web', 0.75, 0.167], ['channel', 'shop', 0.25, 0.833],
     ['newsletter', True, 0.5, 0.5]]
    >>> common["lift"].round(2).tolist(), (common["q_value"] < 0.05).tolist()
    ([4.5, 0.3, 1.0], [True, True, False])
    """
    return compare_traits(people, members)
