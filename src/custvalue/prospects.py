"""People who do not buy (near, refusing, unexplored), and whom one wants to serve."""

import pandas as pd

from custvalue._containers import Column
from custvalue._prospects.positioning import report_positioning
from custvalue._prospects.profile import NonCustomer, TargetProfile

__all__ = ["NonCustomer", "TargetProfile", "positioning"]


def positioning(
    people: pd.DataFrame,
    profile: TargetProfile,
    *,
    customer: str | Column,
    value: str | Column | None = None,
    decimals: int = 2,
) -> pd.DataFrame:
    """Set whom one serves against whom one wants to serve.

    Parameters
    ----------
    people : DataFrame, shape (n, columns)
        Customers and others, one row each, with the attributes the profile asks about.
    profile : TargetProfile
        Whom one wants to serve.
    customer : str, or Series, array or list of bool, shape (n,)
        Who is served: the name of a column, or flags in the order of the rows.
    value : str, or Series, array or list of numbers, shape (n,), optional
        What each one served brings, as its revenue: a column's name, or values [money]. Those of
        who is not served are not looked at.
    decimals : int, default 2
        Values on that grid are added exactly.

    Returns
    -------
    DataFrame indexed by target, shape (4, 5) or (4, 7)
        Rows ``inside`` (meets every requirement), ``outside`` (fails one at least), ``unknown``
        (something is still to be found out), which add up to ``total``. ``people`` int64, of
        these ``served`` and ``not_served`` int64; ``share`` of all people and ``share_of_served``
        float64 [share]. With `value`: ``value`` of the served float64 [money], and
        ``share_of_value`` float64 [share]. A share of nothing, or of a loss, is NaN.

    Raises
    ------
    InputError
        When none of the attributes is a column, the index of a Series is another than that of
        `people`, whether someone is served is missing, or what someone served brings; the
        sentence names the rows.
    TypeError
        When an argument or a column is of a wrong kind.

    Examples
    --------
    >>> import custvalue as cv, pandas as pd
    >>> people = pd.DataFrame(
    ...     {
    ...         "stores": [5, 1, 8, None],
    ...         "served": [True, True, False, False],
    ...         "revenue": [900, 300, None, None],
    ...     },
    ...     index=["ann", "bob", "cleo", "dan"],
    ... )
    >>> chains = cv.TargetProfile({"stores": cv.at_least(3)})
    >>> table = cv.prospects.positioning(people, chains, customer="served", value="revenue")
    >>> table["not_served"].to_dict()
    {'inside': 1, 'outside': 0, 'unknown': 1, 'total': 2}
    >>> table["share_of_value"].to_dict()
    {'inside': 0.75, 'outside': 0.25, 'unknown': 0.0, 'total': 1.0}
    """
    return report_positioning(people, profile, customer=customer, value=value, decimals=decimals)
