"""Review the customers of CDNOW, a shop that sold music by mail: from raw orders to what to know.

The orders of 23,570 people who first bought in early 1997, until mid-1998 (Fader & Hardie), lie
in a wheel on the package index; without it the script reviews orders it makes up. Files are read
and text is printed here, never in the package.
"""

import textwrap
from importlib.metadata import PackageNotFoundError, distribution

import numpy as np
import pandas as pd

import custvalue as cv

LAST_DAY = "1998-06-30"
CALIBRATION = "1997-09-30"  # where published studies of these customers cut the history
CUSTOMER = 2  # whose labels are explained


def main() -> None:
    """Print the review."""
    orders, source = read_orders()
    log = cv.OrderLog.from_frame(orders)
    print(f"{source}\n{log}\n")

    review = cv.review(log, as_of=LAST_DAY)
    print_concentration(review.concentration)
    print_tiers(log)
    print_stages(review)
    print_states(review)
    print_measures(review)
    print("WHY?")
    for line in review.explain(CUSTOMER).splitlines():
        print(textwrap.fill(line, 100, subsequent_indent="    "))


def read_orders() -> tuple[pd.DataFrame, str]:
    """Return the CDNOW orders, or made-up ones, and where they come from."""
    try:
        wheel = distribution("lifetimes")
    except PackageNotFoundError:
        orders = cv.examples.simulate_orders(customers=20_000, start="1997-01-01", days=546)
        return orders, "Simulated orders: the wheel that carries CDNOW isn't installed."
    orders = pd.read_csv(
        str(wheel.locate_file("lifetimes/datasets/CDNOW_master.txt")),
        sep=r"\s+",
        header=0,
        names=["customer_id", "date", "cds", "amount"],
        parse_dates=["date"],
        date_format="%Y%m%d",
    )
    return orders, "CDNOW, 1997-01-01 to 1998-06-30"


def print_concentration(spread: cv.Concentration) -> None:
    """Print who holds how much of the revenue."""
    print("WHO HOLDS HOW MUCH OF THE REVENUE?")
    print(f"  all {spread.customers:,} customers brought {spread.total:,.2f}")
    print(f"  the top 20% of customers hold {spread.share_of_top(0.2):.1%} of it")
    few = spread.customers_for(0.8)
    print(f"  {few:.1%} of customers ({few * spread.customers:,.0f}) hold 80% of it")
    print(f"  Gini coefficient {spread.gini:.3f} (0: all alike, 1: one has all)\n")


def print_tiers(log: cv.OrderLog) -> None:
    """Print last year's tiers, and which of their customers came back."""
    revenue = log.customers(CALIBRATION)["revenue"]
    rule = cv.tiers.ABC.fit(revenue, as_of=CALIBRATION, measure="revenue")
    tiers = rule.classify(revenue)
    back = log.ordered_between(CALIBRATION, LAST_DAY)
    report = cv.tier_report(tiers, revenue, rule=rule, retained=back)
    print(f"ABC TIERS AS OF {CALIBRATION}, AND WHO ORDERED AGAIN BY {LAST_DAY}?")
    print("  tier  customers   share      revenue   share    from   again")
    for tier in report.index:
        row = report.loc[tier]
        floor = "" if np.isnan(row["floor"]) else f"{row['floor']:,.2f}"
        print(
            f"  {tier:4} {row['customers']:>10,.0f} {row['share_of_customers']:>7.1%} "
            f"{row['value']:>12,.2f} {row['share_of_value']:>7.1%} {floor:>7} "
            f"{row['retention']:>7.1%}"
        )
    print()


def print_stages(review: cv.Review) -> None:
    """Print how far customers have come."""
    print(f"HOW FAR HAVE THEY COME BY {LAST_DAY}?")
    print("  stage        customers  at or beyond  go further")
    for stage in review.funnel.index:
        row = review.funnel.loc[stage]
        further = "" if np.isnan(row["conversion"]) else f"{row['conversion']:.1%}"
        counts = f"{row['customers']:>10,.0f} {row['at_or_beyond']:>13,.0f}"
        print(f"  {stage:11} {counts} {further:>11}")
    for note in review.notes:
        print(f"  Note: {note}")
    print()


def print_states(review: cv.Review) -> None:
    """Print how many have fallen silent."""
    print(f"WHO IS FALLING ASLEEP ON {LAST_DAY}?")
    for state in review.states.index:
        row = review.states.loc[state]
        print(f"  {state:11} {row['customers']:>10,.0f} {row['share']:>7.1%}")
    print()


def print_measures(review: cv.Review) -> None:
    """Print what the playbook says to do, with how many, and what they brought."""
    print("WHAT TO DO NEXT?")
    for measure in review.measures.index:
        row = review.measures.loc[measure]
        if row["customers"]:
            share = f"{row['share_of_revenue']:>7.1%} of the revenue"
            print(f"  {measure:15} {row['customers']:>10,.0f} {row['share']:>7.1%} {share}")
    print()


if __name__ == "__main__":
    main()
