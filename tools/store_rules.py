"""Write one example of every kind of rule, as JSON and as a pickle, into tests/stored/<version>/.

python tools/store_rules.py   as part of a release; what older releases wrote stays as it is

tests/test_stored_rules.py reads all of them: a later version must understand the rules of an
earlier one. So examples are added at the end of a list, never changed, and lean on no default.
"""

import json
import pickle
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import custvalue as cv
from custvalue.examples import example_orders
from custvalue.lifecycle import Order

STORED = Path(__file__).resolve().parent.parent / "tests" / "stored"
PROTOCOL = 5  # what every Python that this package runs on can read

LEARNED = cv.Learned("customers", 1200, "2024-01-01", (0.5, 0.2), (0.5125, None))
SILENT = cv.churn.LearnedSleep(
    "chance of return",
    4000,
    "2024-01-01",
    (0.5, 0.25, 0.1),
    (0.48, 0.2, None),
    within=90,
    unit="days",
    observed_to=400,
    chances=((0, 0.71), (62, 0.34), (172, 0.14)),
)
TIERS = cv.Bands(cv.ABCTier, (cv.above(0), 1000.5), measure="revenue", unit="EUR", learned=LEARNED)
LEVELS = cv.Bands(cv.Level, (20, 100), measure="average_order_value", unit="EUR")


def rules() -> list[Any]:
    """Return the examples, in the order in which they came to be."""
    log = cv.OrderLog.from_frame(example_orders())
    table = cv.Table(
        {"tier": cv.ParetoTier, "vip": bool},
        cv.Focus,
        [
            cv.Row({"tier": cv.equals("vital-few")}, cv.Focus.RETAIN, because="they bring most"),
            cv.Row({"tier": cv.equals("useful-many"), "vip": cv.is_true()}, cv.Focus.EXPAND),
            cv.Row({"tier": cv.equals("useful-many"), "vip": cv.equals(False)}, cv.Focus.SELECT),
            cv.Row({"tier": cv.missing()}, cv.Focus.ACQUIRE),
        ],
    )
    ladder = cv.Ladder(
        cv.ABCTier,
        {
            cv.ABCTier.B: [{"orders": cv.at_least(2)}],
            cv.ABCTier.A: [
                {"orders": cv.at_least(9), "revenue": cv.above(0.5)},
                {"partner": cv.is_true()},
                {"referrer": cv.known()},
            ],
        },
    )
    record = cv.CustomerRecord(referrals=1, share_of_wallet=0.5)
    for order in (
        Order("2026-02-04", 30.00, order_id="A7"),
        Order("2026-01-05", 20.00),
        Order("2026-02-09", -5.00),
    ):
        record = record.after(order)
    return [
        *(cv.at_least(2), cv.above(0.5), cv.at_most(-1), cv.below(1e6), cv.in_range(2, 5.5)),
        *(cv.one_of("web", 1, 2.5, True), cv.is_true(), cv.known(), cv.missing()),
        TIERS,
        cv.Bands(cv.ChurnState, (30, None, 90.5)),
        ladder,
        table,
        cv.tiers.GroupBands(cv.ABCTier, {"north": TIERS, 7: cv.Bands(cv.ABCTier, (1, 2))}),
        cv.ValueMatrix(
            average_order_value=LEVELS,
            orders=cv.Bands(cv.Level, (2, 9), measure="orders"),
            new_within_days=90,
            lapsing_after_days=180,
        ),
        cv.RFMScores(
            days_since_last_order=cv.Bands(cv.rfm.ThreeByDays, (cv.above(30), cv.above(90))),
            orders=cv.Bands(cv.rfm.ThreeLevels, (2, 5)),
            revenue=cv.Bands(cv.rfm.ThreeLevels, (20, 250)),
            segments=cv.Table(
                {"orders_level": cv.rfm.ThreeLevels},
                cv.Focus,
                [
                    cv.Row({"orders_level": cv.one_of("1 of 3", "2 of 3")}, cv.Focus.EXPAND),
                    cv.Row({"orders_level": cv.equals("3 of 3")}, cv.Focus.RETAIN),
                ],
            ),
        ),
        cv.SleepPolicy(62, 172, None, learned=SILENT),
        cv.RhythmPolicy(2, 4, 8.5, fallback_gap_days=30),
        cv.LifecyclePolicy(
            long_term_orders=5,
            long_term_days=180,
            advocate_share_of_wallet=0.75,
            advocate_promoter_score=8,
        ),
        record,
        cv.ReturnCurve.from_log(log, as_of="2026-03-01"),
        cv.ReturnCurve.from_log(log, as_of="2026-03-01", by="rhythm"),
        cv.ThresholdChoice(
            threshold=0.35,
            confusion=cv.Confusion(
                true_positives=8, false_positives=2, false_negatives=4, true_negatives=86
            ),
            feasible=True,
            binding="max_miss_rate",
            max_miss_rate=0.4,
        ),
        cv.Need("solution", "diameter_mm", cv.at_most(6), must_have=True, weight=2),
        cv.Offer("modest", price=35, product={"diameter_mm": 6, "hardness": "wood", "new": True}),
        cv.TargetProfile({"stores": cv.at_least(3), "cold_chain": cv.is_true()}),
        cv.Playbook(
            [
                cv.Row({"top_tier": cv.is_true()}, cv.Focus.RETAIN, because="they bring most"),
                cv.Row({"top_tier": cv.equals(False)}, cv.Focus.SELECT),
            ]
        ),
        cv.care.CadencePolicy(
            stage={"repeat": 30},
            tier={cv.ABCTier.A: 10},
            state={"drowsy": 14},
            floor_days=7,
            ceiling_days=120,
        ),
        cv.care.SatisfactionRanges({"return_rate": (0, 0.5), "complaint_rate": (0.08, 0)}),
    ]


def by_kind(examples: Iterable[Any]) -> dict[str, list[Any]]:
    """Return the examples of each kind, in their order."""
    kinds: dict[str, list[Any]] = defaultdict(list)
    for rule in examples:
        kinds[cv.to_dict(rule)["rule"]].append(rule)
    return dict(kinds)


def main() -> None:
    """Write both forms of every kind."""
    folder = STORED / cv.__version__
    folder.mkdir(parents=True, exist_ok=True)
    for kind, examples in by_kind(rules()).items():
        name = kind.replace(" ", "-")
        written = json.dumps(
            [cv.to_dict(rule) for rule in examples], indent=1, ensure_ascii=False, allow_nan=False
        )
        (folder / f"{name}.json").write_text(written + "\n", encoding="utf-8")
        (folder / f"{name}.pickle").write_bytes(pickle.dumps(examples, protocol=PROTOCOL))
    print(f"{len(list(folder.iterdir()))} files are in {folder}.")


if __name__ == "__main__":
    main()
