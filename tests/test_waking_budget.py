from fractions import Fraction

import numpy as np

from custvalue._waking.budget import best_options, find_steps, spend

COSTS = np.array([5, 1, 0])
GAINS = np.array([[30.0, 30.0, 3.0, np.nan], [20.0, 9.0, 4.0, -1.0], [np.nan, 2.0, -5.0, 0.0]])
RANKS = np.arange(4)


def test_the_best_options() -> None:
    """What gains most, missing options aside; nothing is an option like others."""
    options, gains = best_options(GAINS, COSTS)
    assert options.tolist() == [0, 0, 1, 2]
    assert gains.tolist() == [30.0, 30.0, 4.0, 0.0]


def test_steps_lead_along_the_upper_hull() -> None:
    """Each adds less per cost than the one before; options below the hull are passed over."""
    steps = find_steps([(0, GAINS)], COSTS)
    found = zip(
        steps.customer.tolist(),
        steps.level.tolist(),
        steps.option.tolist(),
        steps.gain.tolist(),
        steps.cost.tolist(),
        steps.per_cost.tolist(),
        strict=True,
    )
    assert sorted(found) == [
        (0, 0, 1, 20.0, 1, 20.0),
        (0, 1, 0, 10.0, 4, 2.5),
        (1, 0, 2, 2.0, 0, np.inf),
        (1, 1, 1, 7.0, 1, 7.0),
        (1, 2, 0, 21.0, 4, 5.25),
        (2, 0, 1, 4.0, 1, 4.0),
    ]


def test_blocks_are_joined() -> None:
    """Customers of later blocks keep their places."""
    whole = find_steps([(0, GAINS)], COSTS)
    parts = find_steps([(0, GAINS[:, :1]), (1, GAINS[:, 1:])], COSTS)
    assert sorted(whole.customer.tolist()) == sorted(parts.customer.tolist())
    assert whole.gain.sum() == parts.gain.sum()
    assert len(find_steps([], COSTS).customer) == 0


def test_spending() -> None:
    """Step by step, until nothing is left to buy; what could be better is bounded."""
    steps = find_steps([(0, GAINS)], COSTS)
    rows = {}
    for budget in (0, 1, 2, 5, 6, 7, 11, 12):
        chosen = spend(steps, budget, customers=4, ranks=RANKS)
        rows[budget] = (chosen.option.tolist(), chosen.gain.sum(), chosen.unspent)
        assert (chosen.at_most_missed == 0) == (budget in {0, 1, 2, 6, 7, 11, 12})
    assert rows == {
        0: ([-1, 2, -1, -1], 2.0, 0),
        1: ([1, 2, -1, -1], 22.0, 0),
        2: ([1, 1, -1, -1], 29.0, 0),
        5: ([1, 1, 1, -1], 33.0, 2),
        6: ([1, 0, -1, -1], 50.0, 0),
        7: ([1, 0, 1, -1], 54.0, 0),
        11: ([0, 0, 1, -1], 64.0, 0),
        12: ([0, 0, 1, -1], 64.0, 1),
    }
    assert spend(steps, 5, customers=4, ranks=RANKS).at_most_missed == Fraction(21, 4) * 3 - 4


def test_costs_beyond_64_bits() -> None:
    """Running costs are added without overflow."""
    n = 5000
    gains, costs = np.full((1, n), 1.0), np.array([2**52])
    chosen = spend(find_steps([(0, gains)], costs), 2**53, customers=n, ranks=np.arange(n))
    assert chosen.option.tolist() == [0, 0] + [-1] * (n - 2)
