"""Rules that earlier versions stored are read, and nothing hostile gets in with them."""

import copy
import json
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import store_rules
from hypothesis import given
from hypothesis import strategies as st

import custvalue as cv
from custvalue import _documents, testing
from custvalue._scale import _make_labels

STORED = sorted(store_rules.STORED.glob("*/*.json"))
EXAMPLES = store_rules.by_kind(store_rules.rules())
BANDS = cv.to_dict(store_rules.TIERS)


def same(one, other) -> bool:
    """Tell whether two rules are equal, and also say the same of where they came from."""
    by_value = type(other).__eq__ is not object.__eq__
    return cv.to_dict(one) == cv.to_dict(other) and (one == other or not by_value)


# --- what earlier versions wrote ---------------------------------------------------------------


@pytest.mark.parametrize("path", STORED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_a_release_stored_is_read(path) -> None:
    """Each document and each pickle is the rule that its example makes today."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    documents = [cv.from_dict(data) for data in stored]
    pickles = pickle.loads(path.with_suffix(".pickle").read_bytes())
    examples = EXAMPLES[stored[0]["rule"]][: len(stored)]
    assert len(stored) > 0
    for document, pickled, example in zip(documents, pickles, examples, strict=True):
        assert same(document, example)
        assert same(pickled, example)


@pytest.mark.parametrize(
    "folder", sorted(store_rules.STORED.iterdir()), ids=lambda folder: folder.name
)
def test_every_document_has_its_pickle(folder) -> None:
    """Both forms were written of every kind, and nothing else lies there."""
    names = {path.name for path in folder.iterdir()}
    kinds = {path.stem for path in folder.iterdir()}
    assert names == {f"{kind}{form}" for kind in kinds for form in (".json", ".pickle")}


def test_every_kind_of_rule_is_stored() -> None:
    """Whatever `to_dict` writes has an example, kept for the versions to come."""
    ours = {
        kind.name
        for cls, kind in _documents._KINDS.items()
        if cls.__module__.startswith("custvalue.")
    }
    assert set(EXAMPLES) == ours
    assert {path.stem for path in STORED} == {name.replace(" ", "-") for name in ours}


def test_a_fresh_process_reads_them_all() -> None:
    """Reading needs no room imported before, and finds the scales of this package."""
    script = """
import json, sys
from custvalue import from_dict
for path in sys.argv[1:]:
    for data in json.load(open(path, encoding="utf-8")):
        rule = from_dict(data)
        scale = getattr(rule, "scale", None)
        assert scale is None or scale.__module__.startswith("custvalue."), scale
"""
    command = [sys.executable, "-W", "error::RuntimeWarning", "-c", script, *map(str, STORED)]
    subprocess.run(command, check=True)  # noqa: S603 - our own script


def test_the_script_writes_what_is_stored(tmp_path, monkeypatch, capsys) -> None:
    """`python tools/store_rules.py` writes both forms of every kind, readable at once."""
    monkeypatch.setattr(store_rules, "STORED", tmp_path)
    store_rules.main()
    folder = tmp_path / cv.__version__
    assert capsys.readouterr().out == f"{2 * len(EXAMPLES)} files are in {folder}.\n"
    for path in folder.glob("*.json"):
        test_what_a_release_stored_is_read(path)


# --- hostile input -----------------------------------------------------------------------------

DEEP: list = []
for _ in range(5000):
    DEEP = [DEEP]

numbers = st.one_of(
    st.integers(),
    st.floats(),
    st.sampled_from((10**400, -(10**400), 2**53, 2**63, 2**64, 5e-324, 1e308)),
)
texts = st.one_of(
    st.text(max_size=9),
    st.sampled_from(("NaN", "Infinity", "os.system", "__class__", "2026-01-01", "bands", "A")),
)
json_like = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=6,
)
hostile = st.one_of(
    json_like,
    st.sampled_from((DEEP, {"eval": ["1"]}, {"__class__": [1]}, {"at_least": [1]}, b"A", {1: 2})),
)


@st.composite
def spoilt(draw) -> dict:
    """Draw a stored rule in which one thing, at any depth, is another, gone, double or new."""
    kind = draw(st.sampled_from(sorted(EXAMPLES)))
    data = copy.deepcopy(cv.to_dict(draw(st.sampled_from(EXAMPLES[kind]))))
    part, place = data, draw(st.sampled_from(sorted(data)))
    while isinstance(part[place], dict | list) and part[place] and draw(st.integers(0, 3)):
        part = part[place]
        places = sorted(part) if isinstance(part, dict) else range(len(part))
        place = draw(st.sampled_from(places))
    how = draw(st.sampled_from(("another", "another", "another", "gone", "double", "new")))
    if how == "another":
        part[place] = draw(hostile)
    elif how == "gone":
        del part[place]
    elif how == "new" and isinstance(part, dict):
        part[draw(texts)] = draw(hostile)
    elif isinstance(part, list):
        part.append(copy.deepcopy(part[place]))
    return data


def read_or_refuse(data) -> None:
    """Read stored data: either a sound rule comes of it or a RuleError."""
    try:
        rule = cv.from_dict(data)
    except cv.RuleError:
        return
    assert isinstance(hash(rule), int)
    assert isinstance(repr(rule), str)
    again = json.loads(json.dumps(cv.to_dict(rule), allow_nan=False))
    assert same(cv.from_dict(again), rule)


@given(data=spoilt())
def test_a_spoilt_rule_is_refused_or_sound(data) -> None:
    """Whatever is changed in a stored rule: a RuleError, or a rule that can be stored again."""
    read_or_refuse(data)


@given(data=json_like)
def test_any_json_is_refused(data) -> None:
    """What no rule wrote is no rule."""
    with pytest.raises(cv.RuleError, match=r"write it with to_dict|must be one of bands"):
        cv.from_dict(data)


@given(rule=testing.rules())
def test_no_rule_comes_near_the_limits(rule) -> None:
    """What `to_dict` writes is never refused for its depth or its types."""
    assert same(cv.from_dict(cv.to_dict(rule), scales=testing.SCALES), rule)


@pytest.mark.parametrize(
    ("value", "got"),
    [
        (DEEP, "deeper nesting"),
        ({"a": {1: 2}}, "a key of type int"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (10**5000, "a number beyond any float"),
        ([b"A"], "a value of type bytes"),
        ({"A"}, "a value of type set"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_only_json_is_read(value, got) -> None:
    """Endless, infinite and foreign things are refused before anybody looks at them."""
    with pytest.raises(
        cv.RuleError,
        match=r"a stored rule must be JSON types, finite and nested at most 32 deep, "
        f"got {got}: write it with to_dict",
    ):
        cv.from_dict({**BANDS, "floors": value})


def test_a_document_that_holds_itself_is_refused() -> None:
    """A loop is a depth without end."""
    data = dict(BANDS)
    data["learned"] = data
    with pytest.raises(cv.RuleError, match="got deeper nesting"):
        cv.from_dict(data)


NAMES = sorted({*dir(cv.Scale), *dir(type), "_order_", "_missing_", "_Evil__name", "_10"})


@pytest.mark.parametrize("name", NAMES)
def test_no_stored_name_reaches_into_a_class(name) -> None:
    """A step named like anything a class has is an ordinary step, or refused; no trace is left."""
    members = [[name, "low", "low"], ["OTHER", "high", "high"]]
    scale = {"name": "Evil", "members": members, "best": "last"}
    read_or_refuse({**BANDS, "scale": scale, "floors": [1], "learned": None})
    assert cv.from_dict(BANDS) == store_rules.TIERS


@pytest.mark.parametrize("module", ["os.system", "builtins.eval", "custvalue._scale", "__main__"])
def test_no_stored_name_is_imported(module) -> None:
    """A module path is a name like any other: of no kind, of no scale that is there."""
    with pytest.raises(cv.RuleError, match="a stored rule must be one of bands, "):
        cv.from_dict({"custvalue": 1, "rule": module})
    scale = {"name": module, "members": [["A", "a", "a"], ["B", "b", "b"]], "best": "last"}
    read = cv.from_dict({**BANDS, "scale": scale, "floors": [1], "learned": None})
    assert read.scale.__name__ == module
    assert read.classify(1) == "b"


def test_steps_twice_are_refused() -> None:
    """Two steps of one name or one value would be one."""
    for twice in (
        [["A", "a", "a"], ["A", "b", "b"]],
        [["A", "a", "a"], ["B", "a", "a"]],
    ):
        scale = {"name": "Twice", "members": twice, "best": "last"}
        with pytest.raises(cv.RuleError, match=r"malformed|needs a value of its own"):
            cv.from_dict({**BANDS, "scale": scale, "floors": [1], "learned": None})


LEARNED = BANDS["learned"]


@pytest.mark.parametrize(
    "learned",
    [
        {**LEARNED, "what": 5},
        {**LEARNED, "count": "many"},
        {**LEARNED, "as_of": 20240101},
        {**LEARNED, "nominal": [0.5]},
        {**LEARNED, "nominal": [0.5, "20%"]},
        {**LEARNED, "actual": [0.5, "20%"]},
    ],
)
def test_what_a_rule_was_learned_from_is_checked(learned) -> None:
    """Explanations will speak of it, so it must be of the kinds they speak of."""
    with pytest.raises(cv.RuleError, match="where a rule was learned from must be text, a count,"):
        cv.from_dict({**BANDS, "learned": learned})


def test_shares_learned_are_as_many_as_floors() -> None:
    """Each floor has its share, or none has."""
    with pytest.raises(
        cv.RuleError, match="what 2 floors were learned from must have as many shares, got 1"
    ):
        cv.from_dict({**BANDS, "learned": {**LEARNED, "nominal": [0.5], "actual": [0.5]}})


@pytest.mark.parametrize("part", [{"chances": []}, {"unit": 7}, {"within": "90"}])
def test_what_a_silence_was_learned_from_is_checked(part) -> None:
    """So must what a learned sleep policy says."""
    stored = cv.to_dict(cv.SleepPolicy(62, 172, None, learned=store_rules.SILENT))
    with pytest.raises(cv.RuleError, match="where a silence was learned from must be a horizon"):
        cv.from_dict({**stored, "learned": {**stored["learned"], **part}})


def test_threads_read_one_class() -> None:
    """A scale nobody gave is made once, however many threads read rules on it at the same time."""
    _make_labels.cache_clear()
    members = [["LOW", "low", "low"], ["HIGH", "high", "high"]]
    rounds = [
        {
            **BANDS,
            "floors": [1],
            "learned": None,
            "scale": {"name": f"Made{i}", "members": members, "best": "last"},
        }
        for i in range(20)
    ]
    with ThreadPoolExecutor(8) as pool:
        for data in rounds:
            assert len(set(pool.map(cv.from_dict, [data] * 16))) == 1
