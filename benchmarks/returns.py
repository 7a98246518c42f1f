"""The return curve: its cost, and each customer's own chance beside a fitted BG/NBD."""

import warnings
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import PackageNotFoundError, distribution
from types import ModuleType
from typing import Any

import attrs
import numpy as np
import pandas as pd
from numpy.typing import NDArray

import custvalue as cv
from benchmarks._compare import Row, Size, alternate, failed, find, verdict
from benchmarks._data import LAST_DAY, START, order_frame
from custvalue.returns import ReturnCurve

Floats = NDArray[np.float64]
Parameters = tuple[float, float, float, float]
"""Of BG/NBD: r, alpha [days], a, b."""

HORIZON = 90  # [days]
CUTOFFS = ("1997-09-30", "1997-12-31", "1998-04-01")
POPULATIONS: dict[str, Parameters] = {
    "rare buyers": (0.243, 31.0, 0.793, 2.426),  # nearly CDNOW's
    "steady buyers": (0.6, 60.0, 0.5, 2.0),
    "lively buyers": (1.0, 40.0, 0.3, 2.5),
    "fickle buyers": (0.4, 20.0, 0.8, 3.0),
}
REGULAR = 4  # how much more even than BG/NBD's the gaps of one who buys regularly are
CUSTOMERS, STAGGER, WATCHED = 12_000, 365, 640  # first orders come in the first 365 of 640 days


def returns(size: Size) -> Iterator[Row]:
    """Time the curve on a large log; judge the own chances on CDNOW and on simulated customers."""
    yield from _cost(size)
    clvkit, lifetimes = find("clvkit"), find("lifetimes")
    if isinstance(clvkit, str):
        yield failed("own chances, vs BG/NBD", peer=f"clvkit: {clvkit}")
        return
    try:
        orders = cdnow()
    except PackageNotFoundError:
        yield failed("own chances on CDNOW", peer="no lifetimes, which carries the orders")
    else:
        for cutoff in CUTOFFS:
            case = Case.of(f"CDNOW {cutoff}", orders, pd.Timestamp(cutoff))
            yield from case.beside(clvkit, lifetimes, rounds=size.rounds, slack=0.0)
    cutoff = pd.Timestamp(START) + pd.Timedelta(days=WATCHED - 1)
    for seed, (name, parameters) in enumerate(POPULATIONS.items()):
        case = Case.of(name, simulate(parameters, seed), cutoff)
        yield from case.beside(clvkit, lifetimes, rounds=size.rounds, slack=0.012)
    regular = simulate(POPULATIONS["lively buyers"], len(POPULATIONS), regularity=REGULAR)
    case = Case.of("regular buyers", regular, cutoff)
    yield from case.beside(clvkit, lifetimes, rounds=size.rounds, slack=0.0)


def _cost(size: Size) -> Iterator[Row]:
    log = cv.OrderLog.from_frame(order_frame(size.orders, size.customers))
    customers = partial(log.customers, LAST_DAY)
    readings: dict[str, tuple[dict[str, Any], float | None]] = {
        "days": ({}, 1.0),
        "days, by rhythm": ({"by": "rhythm"}, None),
        "gaps": ({"relative": True}, None),
    }
    for name, (how, target) in readings.items():
        curve = partial(ReturnCurve.from_log, log, as_of=LAST_DAY, **how)
        pair = alternate(curve, customers, rounds=size.rounds)
        yield pair.row(f"return curve in {name}, vs .customers", target=target)


@attrs.frozen(eq=False)
class Case:
    """Orders up to a cutoff, and who of the customers known then ordered within the horizon."""

    name: str
    orders: pd.DataFrame
    customers: pd.DataFrame
    log: cv.OrderLog
    cutoff: pd.Timestamp
    ordered: NDArray[np.bool_]

    @classmethod
    def of(cls, name: str, orders: pd.DataFrame, cutoff: pd.Timestamp) -> "Case":
        """Look at what came after the cutoff, and keep what came before."""
        log = cv.OrderLog.from_frame(orders)
        ordered = log.ordered_between(cutoff, cutoff + pd.Timedelta(days=HORIZON)).to_numpy()
        known = orders[orders["date"] <= cutoff]
        return cls(name, known, log.customers(cutoff), log.until(cutoff), cutoff, ordered)

    def beside(
        self, clvkit: ModuleType, lifetimes: ModuleType | str, *, rounds: int, slack: float
    ) -> Iterator[Row]:
        """Compare the chances with BG/NBD's, and the time they take with that of its fit."""
        fits: dict[str, Callable[[], Parameters]] = {"clvkit": self.with_clvkit(clvkit)}
        if isinstance(lifetimes, ModuleType):
            fits["lifetimes"] = partial(self.with_lifetimes, lifetimes)
        ours, theirs = self.our_chances(), self.their_chances(*fits["clvkit"]())
        area, their_area = auc(self.ordered, ours), auc(self.ordered, theirs)
        yield Row(
            f"{self.name}, AUC, vs BG/NBD",
            f"{area:.4f}",
            f"{their_area:.4f}",
            f"{area - their_area:+.3f}",
            f"≥ {-slack or 0:g}",
            verdict(their_area - area, slack),
        )
        loss, their_loss = log_loss(self.ordered, ours), log_loss(self.ordered, theirs)
        yield Row(
            f"{self.name}, log-loss, vs BG/NBD",
            f"{loss:.4f}",
            f"{their_loss:.4f}",
            f"{loss / their_loss:.3f}",
            "≤ 1.05",
            verdict(loss / their_loss, 1.05),
        )
        for peer, fit in fits.items():
            pair = alternate(self.our_chances, fit, rounds=rounds)
            row = pair.row(f"{self.name}, time, vs the fit of {peer}", target=0.05)
            yield attrs.evolve(row, ratio=f"{pair.ratio:.3f}")

    def our_chances(self) -> Floats:
        """Return everybody's own chance, given the customer table."""
        curve = ReturnCurve.from_log(self.log, as_of=self.cutoff, by="rhythm")
        chances = curve.chance_of_return(
            self.customers["days_since_last_order"],
            within=HORIZON,
            order_days=self.customers["order_days"],
            mean_gap_days=self.customers["mean_gap_days"],
            beyond="last_hazard",
        )
        return chances.to_numpy()

    def their_chances(self, r: float, alpha: float, a: float, b: float) -> Floats:
        """Return P(alive) × P(at least one order within the horizon) of BG/NBD."""
        summary = self.log.to_btyd(self.cutoff)
        x, last, age = (summary[name].to_numpy() for name in ("frequency", "recency", "T"))
        lost = a / (b + np.maximum(x, 1) - 1) * ((alpha + age) / (alpha + last)) ** (r + x)
        alive = 1 / (1 + np.where(x > 0, lost, 0.0))
        chances: Floats = alive * (1 - ((alpha + age) / (alpha + age + HORIZON)) ** (r + x))
        return chances

    def with_clvkit(self, clvkit: ModuleType) -> Callable[[], Parameters]:
        """Return what fits clvkit's model; its summary is made beforehand."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            base = clvkit.CustomerBase.from_transactions(
                self.orders, observation_period_end=self.cutoff
            )

        def fit() -> Parameters:
            found = clvkit.BGNBD().fit(base).params_
            return found["r"], found["alpha"], found["a"], found["b"]

        return fit

    def with_lifetimes(self, lifetimes: ModuleType) -> Parameters:
        """Fit the model of the archived lifetimes, on our summary; its warnings are its own."""
        summary = self.log.to_btyd(self.cutoff)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = lifetimes.BetaGeoFitter()
            model.fit(summary["frequency"], summary["recency"], summary["T"])
        found = model.params_
        return found["r"], found["alpha"], found["a"], found["b"]


def auc(ordered: NDArray[np.bool_], chance: Floats) -> float:
    """Return the chance that one who ordered was given more than one who did not."""
    ranks = pd.Series(chance).rank().to_numpy()
    hits = int(ordered.sum())
    return float((ranks[ordered].sum() - hits * (hits + 1) / 2) / (hits * (len(ordered) - hits)))


def log_loss(ordered: NDArray[np.bool_], chance: Floats) -> float:
    """Return the mean of -log of the chance given to what happened."""
    return float(-np.log(np.where(ordered, chance, 1 - chance)).mean())


def cdnow() -> pd.DataFrame:
    """Return the orders of CDNOW's 23,570 customers, out of the wheel that carries them."""
    path = distribution("lifetimes").locate_file("lifetimes/datasets/CDNOW_master.txt")
    names = ["customer_id", "date", "cds", "amount"]
    orders = pd.read_csv(str(path), sep=r"\s+", header=0, names=names)
    orders["date"] = pd.to_datetime(orders["date"].astype(str), format="%Y%m%d")
    return orders


def simulate(parameters: Parameters, seed: int, *, regularity: float = 1.0) -> pd.DataFrame:
    """Return the orders of customers whose first orders are staggered.

    They are as BG/NBD has them where the regularity is 1: the shape of the distribution of one's
    gaps, of which 1 is the exponential one.
    """
    rng = np.random.default_rng(seed)
    r, alpha, a, b = parameters
    rate, dropout = rng.gamma(r, 1 / alpha, CUSTOMERS), rng.beta(a, b, CUSTOMERS)
    day, alive = rng.uniform(0, STAGGER, CUSTOMERS), np.arange(CUSTOMERS)
    buyers, days = [alive], [day.copy()]
    while len(alive):
        day[alive] += rng.gamma(regularity, 1 / (rate[alive] * regularity))
        alive = alive[day[alive] < WATCHED + HORIZON]
        buyers.append(alive)
        days.append(day[alive].copy())
        alive = alive[rng.random(len(alive)) >= dropout[alive]]  # may leave after a repeat order
    dates = START + np.floor(np.concatenate(days)).astype("timedelta64[D]")
    return pd.DataFrame(
        {"customer_id": np.concatenate(buyers), "date": pd.to_datetime(dates), "amount": 10.0}
    )
