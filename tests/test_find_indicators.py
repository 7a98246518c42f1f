"""The worked loop in examples/find_indicators.py comes out as it is told."""

import importlib.util
from pathlib import Path

import pytest

import custvalue as cv

SCRIPT = Path(__file__).resolve().parent.parent / "examples" / "find_indicators.py"


@pytest.fixture(scope="module")
def story():
    """Load the script as a module."""
    spec = importlib.util.spec_from_file_location("find_indicators", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def recorded(story):
    """Record what customers did, and who paid."""
    return story.record(story.CUSTOMERS)


@pytest.fixture(scope="module")
def first_trial(story, recorded):
    """Try out the behaviours recorded first."""
    behaviours, paid, _ = recorded
    return story.try_out(behaviours.iloc[:, : story.FIRST], paid)


@pytest.fixture(scope="module")
def full_trial(story, recorded):
    """Try out all behaviours."""
    behaviours, paid, _ = recorded
    return story.try_out(behaviours, paid)


def test_all_but_one_of_the_decisive_were_not_recorded_first(story, recorded):
    """Of 500 behaviours the first 100 hold one that decides, and not the refund request."""
    behaviours, paid, paid_again = recorded
    first = set(behaviours.columns[: story.FIRST])
    assert behaviours.shape == (story.CUSTOMERS, story.ALL)
    assert first & {story.THOUGHT_OF, *story.NOT_THOUGHT_OF, story.ONLY_PAYERS} == {
        story.THOUGHT_OF
    }
    assert paid.mean() == pytest.approx(0.2, abs=0.001)
    assert not (paid_again & ~paid).any()


def test_a_hundred_do_not_suffice(story, first_trial):
    """No threshold keeps to both caps, and the verdict on the other half is no."""
    assert story.telling(first_trial.screening).index.tolist() == [story.THOUGHT_OF]
    assert not first_trial.choice.feasible
    assert first_trial.verdict.usable is False


def test_five_hundred_do(story, full_trial):
    """All that decide are found, the refund request is set aside, and the verdict is yes."""
    screening = full_trial.screening
    assert screening.suspects == [story.ONLY_PAYERS]
    assert "present among positives only" in screening.table.loc[story.ONLY_PAYERS, "reason"]
    assert set(story.telling(screening).index) == {story.THOUGHT_OF, *story.NOT_THOUGHT_OF}
    assert full_trial.choice.feasible
    assert full_trial.verdict.usable is True


def test_the_refund_request_is_kept_for_another_question(story, recorded):
    """Who asked for the money back will hardly pay again: most influence of all."""
    behaviours, paid, paid_again = recorded
    again = cv.screen(behaviours[paid], paid_again[paid])
    assert again.suspects == []
    assert again.table["share_of_influence"].idxmax() == story.ONLY_PAYERS
    assert again.table.loc[story.ONLY_PAYERS, "direction"] == "lower"


def test_the_story_is_told(story, capsys):
    """It prints three short chapters."""
    story.main()
    printed = capsys.readouterr().out
    for heading in ("1. THE 100 BEHAVIOURS", "2. ALL 500 BEHAVIOURS", "3. ANOTHER QUESTION"):
        assert heading in printed
    assert printed.count("\n") < 40
