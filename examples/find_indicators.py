"""Find the behaviours that tell who will pay, and the one that only seems to.

A story of practice on made-up customers: a team records 100 behaviours and cannot predict who
pays; it goes on to record 500, and then it can. All but one of the behaviours that decide were
among the 400 it had not thought of. So was one that only payers can have.
"""

import textwrap

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

import custvalue as cv

CUSTOMERS = 4_000
FIRST, ALL = 100, 500  # behaviours recorded before, and after
MAX_FALSE_DISCOVERY_RATE = 0.3  # of those called, so many may not pay
MAX_MISS_RATE = 0.3  # of those who pay, so many may go uncalled
THOUGHT_OF = "visits"
NOT_THOUGHT_OF = [
    *("compared_prices", "read_reviews", "invited_colleague", "opened_manual", "saved_basket"),
    *("came_back_next_day", "asked_support", "used_on_phone", "set_up_profile"),
]
ONLY_PAYERS = "refund_request"
REFUNDED = 0.15  # of those who pay
LUCK = 0.05  # largest q-value of a behaviour that is used

Flags = npt.NDArray[np.bool_]


def main() -> None:
    """Tell the story."""
    behaviours, paid, paid_again = record(CUSTOMERS)
    first = try_out(behaviours.iloc[:, :FIRST], paid)
    print_trial(f"1. THE {FIRST} BEHAVIOURS RECORDED SO FAR", first)
    every = try_out(behaviours, paid)
    print_trial(f"2. ALL {ALL} BEHAVIOURS", every)
    print_suspect(every)

    print("3. ANOTHER QUESTION: WHO OF THOSE WHO PAID WILL PAY AGAIN?")
    again = cv.screen(behaviours[paid], paid_again[paid])
    print_lines(again.explain(ONLY_PAYERS))


def record(customers: int, seed: int = 2015) -> tuple[pd.DataFrame, Flags, Flags]:
    """Return what customers did within a month, who paid the month after, and who paid again.

    A fifth pays: those in whom ten behaviours come together. The others are noise.
    """
    rng = np.random.default_rng(seed)
    names = [THOUGHT_OF, *NOT_THOUGHT_OF]
    decisive = rng.normal(size=(customers, len(names)))
    liking = decisive.sum(axis=1) + rng.normal(scale=0.8, size=customers)
    paid = liking > np.quantile(liking, 0.8)
    refund = paid & (rng.random(customers) < REFUNDED)
    paid_again = paid & (rng.random(customers) < np.where(refund, 0.1, 0.6))

    noise = ALL - len([*names, ONLY_PAYERS])
    columns = {f"behaviour_{i:03}": rng.poisson(2, customers) for i in range(noise)}
    told = {name: np.exp(1 + decisive[:, i] / 2).round(1) for i, name in enumerate(names)}
    later = [*list(columns)[FIRST - 1 :], *NOT_THOUGHT_OF, ONLY_PAYERS]
    order = [*list(columns)[: FIRST - 1], THOUGHT_OF, *rng.permutation(later).tolist()]
    behaviours = pd.DataFrame({**columns, **told, ONLY_PAYERS: refund})
    return behaviours[order], paid, paid_again


@attrs.frozen(eq=False)
class Trial:
    """What was learned from one half of the customers, and how it did on the other."""

    screening: cv.Screening
    choice: cv.metrics.ThresholdChoice
    outcome: cv.Confusion

    @property
    def verdict(self) -> cv.metrics.Verdict:
        """Whether the prediction may be used."""
        return self.outcome.verdict(
            max_false_discovery_rate=MAX_FALSE_DISCOVERY_RATE, max_miss_rate=MAX_MISS_RATE
        )


def try_out(behaviours: pd.DataFrame, paid: Flags) -> Trial:
    """Screen, score and choose a threshold on one half; predict the other."""
    half = len(behaviours) // 2
    screening = cv.screen(behaviours[:half], paid[:half])
    choice = cv.choose_threshold(
        actual=paid[:half],
        score=score(behaviours[:half], screening),
        max_false_discovery_rate=MAX_FALSE_DISCOVERY_RATE,
        max_miss_rate=MAX_MISS_RATE,
    )
    predicted = choice.classify(score(behaviours[half:], screening))
    outcome = cv.Confusion.from_labels(actual=paid[half:], predicted=predicted)
    return Trial(screening, choice, outcome)


def score(behaviours: pd.DataFrame, screening: cv.Screening) -> npt.NDArray[np.float64]:
    """Return a simple score: the ranks of the telling behaviours, weighted by their influence."""
    table = telling(screening)
    weight = table["share_of_influence"] * table["direction"].map({"higher": 1, "lower": -1})
    ranks = behaviours[table.index].rank(pct=True).to_numpy()
    return np.asarray(ranks @ weight.to_numpy(dtype=np.float64))


def telling(screening: cv.Screening) -> pd.DataFrame:
    """Return the behaviours kept whose influence is hardly luck, most influence first."""
    table = screening.table.loc[screening.kept]
    table = table[table["q_value"] <= LUCK]
    return table.sort_values("share_of_influence", ascending=False)


def print_trial(title: str, trial: Trial) -> None:
    """Print the behaviours of most influence, and whether the prediction may be used."""
    print(title)
    print("   behaviour             share of influence    AUC")
    for name, row in telling(trial.screening).iterrows():
        print(f"   {name!s:<28} {row['share_of_influence']:>11.1%} {row['auc']:>6.3f}")
    if not trial.choice.feasible:
        print_lines("No threshold keeps to both caps, not even on the half it was learned from.")
    print_lines(f"On the other half: {trial.verdict}.")


def print_suspect(trial: Trial) -> None:
    """Print what was set aside, and why."""
    for name in trial.screening.suspects:
        print_lines(trial.screening.explain(name))


def print_lines(text: str) -> None:
    """Print a text, wrapped."""
    print(textwrap.fill(text, 96, initial_indent="   ", subsequent_indent="   ") + "\n")


if __name__ == "__main__":
    main()
