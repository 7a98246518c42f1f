"""Small data the documentation speaks about, for trying things out."""

import pandas as pd


def example_orders() -> pd.DataFrame:
    """Return the orders of two customers in early 2026: five rows, one of them a refund.

    Returns
    -------
    DataFrame
        ``customer_id`` str, ``date`` datetime64, ``amount`` float64 [EUR].

    Examples
    --------
    >>> from custvalue.examples import example_orders
    >>> example_orders()["amount"].tolist()
    [20.0, 15.5, 25.0, 35.0, -5.0]
    """
    return pd.DataFrame(
        {
            "customer_id": ["ann", "bob", "ann", "ann", "ann"],
            "date": pd.to_datetime(
                ["2026-01-05", "2026-01-09", "2026-01-20", "2026-02-04", "2026-02-10"]
            ),
            "amount": [20.0, 15.5, 25.0, 35.0, -5.0],
        }
    )
