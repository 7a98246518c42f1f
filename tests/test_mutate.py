"""The tool that makes mistakes on purpose makes those it should, and only those."""

import ast

import mutate
import pytest


def changes(source) -> list[str]:
    """Return the changes to a source, each as the line that came of it."""
    found = []
    count = len(list(mutants(source)))
    for place in range(count):  # a tree is changed for good: each change has one of its own
        mutant = list(mutants(source))[place]
        mutant.compile()
        found.append(ast.unparse(mutant.tree).removeprefix("def f():\n").strip())
    return found


def mutants(source) -> list[mutate.Mutant]:
    """Return the changes to the body of a function."""
    tree = ast.parse(f"def f():\n    {source}")
    return list(mutate._changes(mutate.PACKAGE / "_bands.py", tree, tree, inside=False))


@pytest.mark.parametrize(
    ("source", "changed"),
    [
        ("x = a < b", ["x = a <= b"]),
        ("x = a <= b == c", ["x = a < b == c", "x = a <= b != c"]),
        ("x = a + b", ["x = a - b"]),
        ("x = a / b", ["x = a * b"]),
        ("x = a and b", ["x = a or b"]),
        ("x = not a", ["x = a"]),
        ("x = 2", ["x = 3", "x = 1"]),
        ("x = True", ["x = False"]),
        ("x = a[b:]", ["x = a[b + 1:]", "x = a[b:-2 + 1]"]),
        ("x = np.floor(a)", ["x = np.ceil(a)"]),
        ("x = min(a)", ["x = max(a)"]),
        ("x = f(side='left')", ["x = f(side='right')"]),
        ("return f(a)", ["return None", "return a"]),
        ("f(a)", ["pass"]),
        ("x += a", ["pass", "x -= a"]),
        ("x[a] = b", ["pass"]),
        ("x = f(x)", ["pass"]),
    ],
)
def test_what_changes(source, changed) -> None:
    """Each kind of code is changed as a slip of the pen would, one place at a time."""
    assert changes(source) == changed


@pytest.mark.parametrize(
    "source",
    [
        "'1 < 2'",
        "assert a < 1",
        "x: Literal[1]",
        "x = isinstance(a, B | C)",
        "x = zip(a, strict=True)",
    ],
)
def test_what_is_left_alone(source) -> None:
    """Text, types and safeguards are not what a test of behaviour could notice."""
    assert changes(source) == []


def test_a_change_says_where_it_is() -> None:
    """File, line, before and after stand on one line, cut where they are long."""
    (mutant,) = mutants("x = a == b")
    assert str(mutant) == "custvalue/_bands.py:2  a == b  →  a != b"
    (mutant, *_) = mutants(f"x = {'a' * 80} == b")
    assert len(mutant.before) == mutate.WIDTH
    assert mutant.before.endswith("a ...")


def test_the_tests_of_a_module() -> None:
    """They are found by name: its own first, then those of its room, then who else tests it."""
    names = [
        mutate.Path(file).name for file in mutate.tests_of(mutate.PACKAGE / "_tiers/report.py")
    ]
    assert names[:2] == ["test_tiers_report.py", "test_tiers.py"]
    names = [mutate.Path(file).name for file in mutate.tests_of(mutate.PACKAGE / "_shares.py")]
    assert names[0] == "test_shares.py"
    assert "test_inequality.py" in names


def test_every_module_has_changes_and_tests() -> None:
    """What is checked by default is there, down to the last module."""
    found = list(mutate.mutants_of(mutate.CHECKED))
    assert len(found) > 1000
    assert all(mutate.tests_of(path) for path in {mutant.path for mutant in found})
    line = found[0].line
    assert {mutant.line for mutant in mutate.mutants_of([f"_bands:{line}"])} == {line}
