"""Change the code in small ways, one at a time, and tell which changes no test notices.

python tools/mutate.py                              a sample of the modules in CHECKED
python tools/mutate.py --sample 0 _bands _shares    every change to two modules
python tools/mutate.py --sample 0 _tiers/report:72  every change to one line

Nothing is written: a changed module lives only in the process that runs its tests. Its tests are
found by name, as tests mirror src. Needs a system with fork, and what the tests need; what is
changed is the custvalue that Python imports (`src` in an editable install, or with PYTHONPATH=src).

A change that survives is a missing test, dead code, or no change at all (`x < 0` for `x <= 0` where
x is never 0): a person tells which.
"""

import argparse
import ast
import importlib
import os
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cache, partial
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import find_spec, spec_from_file_location
from pathlib import Path
from types import CodeType

import attrs
import numpy as np
import pytest
from hypothesis import Phase, settings

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = Path(find_spec("custvalue").origin).parent  # what is imported
TESTS = ROOT / "tests"
CHECKED = (
    *("_bands", "_calendar", "_condition_makers", "_conditions", "_containers", "_ladder"),
    *("_money", "_refinement", "_scale", "_shares", "_statistics", "_table", "_words"),
    *("tiers", "_tiers", "lifecycle", "_lifecycle", "churn", "_churn", "metrics", "_metrics"),
)
ALSO = {  # tested by who uses them
    "_condition_makers": ("test_conditions.py",),
    "_shares": ("test_inequality.py", "test_tiers_learners.py"),
    "_tiers/learners": ("test_group_bands.py",),
}
PRELOADED = ("pandas", "pyarrow", "sklearn.metrics")  # once, not per change
LEAST_SECONDS = 30  # before a run counts as endless,
TIMES_AS_LONG = 4  # or this many times what the tests take on the code as it is
MOST_BYTES = 8 * 2**30  # of memory for one run, so that a change cannot take the machine along
WIDTH = 60  # of a quoted expression
EVERY_TEST_PASSED = 0  # pytest's exit code

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.Gt: ast.GtE,
    ast.Eq: ast.NotEq,
    ast.Is: ast.IsNot,
    ast.In: ast.NotIn,
}
COMPARISONS |= {there: here for here, there in COMPARISONS.items()}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
NAMES = {"floor": "ceil", "min": "max", "minimum": "maximum", "any": "all", "left": "right"}
NAMES |= {there: here for here, there in NAMES.items()}
NO_LOGIC = {"annotation", "returns", "bases"}  # fields of the tree that hold types
TYPE_CALLS = {"isinstance", "issubclass", "TypeVar", "cast"}
SAFEGUARDS = {"strict", "copy"}  # keywords that cost time or raise where the code has a bug


@attrs.frozen(eq=False)
class Mutant:
    """One change: `node` takes the place of what `parent` holds in `field` (at `position`)."""

    path: Path
    line: int
    before: str
    after: str
    tree: ast.Module
    parent: ast.AST
    field: str
    position: int | None
    node: ast.AST

    def __str__(self) -> str:
        """Say where it is and what changes."""
        place = self.path.relative_to(PACKAGE.parent)
        return f"{place}:{self.line}  {self.before}  →  {self.after}"

    def compile(self) -> CodeType:
        """Change the tree, for good: this is called in a process of its own."""
        if self.position is None:
            setattr(self.parent, self.field, self.node)
        else:
            getattr(self.parent, self.field)[self.position] = self.node
        return compile(ast.fix_missing_locations(self.tree), str(self.path), "exec")


def main() -> None:
    """Draw a sample of changes, run the tests on each, print the score and what survived."""
    asked = _arguments()
    mutants = list(_sample(mutants_of(asked.modules), asked.sample, asked.seed))
    os.environ["CI"] = "1"  # tests/conftest.py: the same examples on every run
    sys.dont_write_bytecode = True
    for name in PRELOADED:
        with suppress(ImportError):
            importlib.import_module(name)
    _few_examples(asked.examples)
    paths = sorted({mutant.path for mutant in mutants})
    limits = {path: _time_unchanged(frozenset(tests_of(path))) for path in paths}
    deadline = time.monotonic() + 60 * asked.minutes
    outcomes: list[tuple[Mutant, str]] = []
    for mutant, outcome in _run_all(mutants, limits, asked.processes, deadline):
        outcomes.append((mutant, outcome))
        if outcome == "survived":
            print(mutant, flush=True)
    _print_score(outcomes)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", default=CHECKED, help="as _bands, or _bands:72")
    parser.add_argument("--sample", type=int, default=200, help="changes to try; 0 for all")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--minutes", type=float, default=60, help="at most, in all")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--examples", type=int, default=25, help="of each property")
    return parser.parse_args()


def mutants_of(modules: Iterable[str]) -> Iterator[Mutant]:
    """Yield every change to modules, rooms with all inside (`_tiers`), or single lines."""
    for module in modules:
        name, _, line = module.partition(":")
        place = PACKAGE / name
        for path in sorted(place.glob("*.py")) or [place.with_suffix(".py")]:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for mutant in _changes(path, tree, tree, inside=False):
                if not line or mutant.line == int(line):
                    yield mutant


def _sample(mutants: Iterable[Mutant], size: int, seed: int) -> Iterator[Mutant]:
    every = list(mutants)
    order = np.random.default_rng(seed).permutation(len(every))
    return (every[i] for i in order[: size or len(every)])


# What is changed ----------------------------------------------------------------------------------


def _changes(path: Path, tree: ast.Module, parent: ast.AST, *, inside: bool) -> Iterator[Mutant]:
    """Yield the changes to all below a node; `inside` a function or not."""
    for field, position, node in _children(parent):
        if _is_left_alone(node):
            continue
        function = inside or isinstance(node, ast.FunctionDef | ast.Lambda)
        for other in _alternatives(node, inside=function):
            yield Mutant(
                path,
                getattr(node, "lineno", getattr(parent, "lineno", 0)),
                _quote(node),
                _quote(other),
                *(tree, parent, field, position, other),
            )
        yield from _changes(path, tree, node, inside=function)


def _children(parent: ast.AST) -> Iterator[tuple[str, int | None, ast.AST]]:
    for field, value in ast.iter_fields(parent):
        if field in NO_LOGIC:
            continue
        if isinstance(value, ast.AST):
            yield field, None, value
        elif isinstance(value, list):
            for position, item in enumerate(value):
                if isinstance(item, ast.AST):
                    yield field, position, item


def _is_left_alone(node: ast.AST) -> bool:
    """Tell whether a node says nothing about what comes out."""
    match node:
        case ast.FunctionDef(decorator_list=[ast.Name("overload")]) | ast.Assert():
            return True
        case ast.Call(func=ast.Name(name)):
            return name in TYPE_CALLS
        case ast.keyword(name):
            return name in SAFEGUARDS
        case _:
            return False


def _alternatives(node: ast.AST, *, inside: bool) -> Iterator[ast.AST]:
    """Yield what may stand in a node's place."""
    if isinstance(node, ast.stmt):
        if inside:
            yield from _other_statements(node)
        return
    yield from _other_values(node)
    match node:
        case ast.Compare(left, ops, values):
            for i, op in enumerate(ops):
                if type(op) in COMPARISONS:
                    other = COMPARISONS[type(op)]()
                    yield ast.Compare(left, [*ops[:i], other, *ops[i + 1 :]], values)
        case ast.BinOp(left, op, right) if inside and type(op) in OPERATORS:
            yield ast.BinOp(left, OPERATORS[type(op)](), right)
        case ast.BoolOp(op, values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
        case ast.UnaryOp(ast.Not() | ast.Invert() | ast.USub(), operand):
            yield operand
        case ast.Slice(lower, upper, step):
            yield ast.Slice(_one_more(lower, 0), upper, step)
            yield ast.Slice(lower, _one_more(upper, -2), step)


def _other_values(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Constant(bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(int(value) | float(value)):
            yield ast.Constant(value + 1)
            yield ast.Constant(value - 1)
        case ast.Constant(str(value)) if value in NAMES:
            yield ast.Constant(NAMES[value])
        case ast.Name(name, ast.Load()) if name in NAMES:
            yield ast.Name(NAMES[name], ast.Load())
        case ast.Attribute(value, name, ast.Load()) if name in NAMES:
            yield ast.Attribute(value, NAMES[name], ast.Load())


def _one_more(bound: ast.expr | None, absent: int) -> ast.expr:
    """Return the next bound of a slice; after `absent` where there is none."""
    return ast.BinOp(bound or ast.Constant(absent), ast.Add(), ast.Constant(1))


def _other_statements(statement: ast.stmt) -> Iterator[ast.stmt]:
    match statement:
        case ast.Return(ast.Constant(None) | None) | ast.Expr(ast.Constant()):
            return
        case ast.Return(value):
            yield ast.Return(ast.Constant(None))
            if isinstance(value, ast.Call) and value.args:
                yield ast.Return(value.args[0])
        case ast.AugAssign(target, op, value):
            yield ast.Pass()
            if type(op) in OPERATORS:
                yield ast.AugAssign(target, OPERATORS[type(op)](), value)
        case ast.Expr() | ast.Raise() | ast.Continue() | ast.Break() | ast.If(orelse=[]):
            yield ast.Pass()
        case ast.Assign([ast.Name(name)], value) if _reads(value, name):
            yield ast.Pass()  # of other names, nothing would be there to survive without
        case ast.Assign([ast.Subscript() | ast.Attribute()]):
            yield ast.Pass()


def _reads(expression: ast.expr, name: str) -> bool:
    return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(expression))


def _quote(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= WIDTH else text[: WIDTH - 4] + " ..."


# Running the tests --------------------------------------------------------------------------------


def tests_of(path: Path) -> list[str]:
    """Return the test files of a module: its own first, then its room's."""
    module = path.relative_to(PACKAGE).with_suffix("")
    room = module.parts[0].lstrip("_")
    inside = "" if path.parent == PACKAGE else f"_{path.stem}"
    files = [TESTS / f"test_{room}{inside}.py", TESTS / f"test_{room}.py"]
    files += sorted(TESTS.glob(f"test_{room}_*.py"))
    if path.name.startswith("_"):  # the core: what it stores and reads back
        files.append(TESTS / "test_documents_of_rules.py")
    files += [TESTS / name for name in ALSO.get(str(module), ())]
    return [str(file) for file in dict.fromkeys(files) if file.exists()]


def _few_examples(count: int) -> None:
    settings.register_profile(
        "mutation",
        max_examples=count,
        phases=[Phase.explicit, Phase.generate],  # what fails need not be made small
        database=None,
        deadline=None,
        derandomize=True,
    )


@cache
def _time_unchanged(tests: frozenset[str]) -> int:
    """Return the seconds that tests may take; leave where they fail on the code as it is."""
    start = time.monotonic()
    _, status = os.waitpid(_fork(partial(_test, sorted(tests))), 0)
    if status:
        sys.exit(f"tests must pass on the code as it is: {' '.join(sorted(tests))}")
    return max(LEAST_SECONDS, round(TIMES_AS_LONG * (time.monotonic() - start)))


def _run_all(
    mutants: Iterable[Mutant], limits: dict[Path, int], processes: int, deadline: float
) -> Iterator[tuple[Mutant, str]]:
    """Yield each change with its outcome, several at once."""
    running: dict[int, Mutant] = {}
    for mutant in mutants:
        if time.monotonic() > deadline:
            break
        if len(running) == processes:
            yield _wait(running)
        running[_fork(partial(_test, tests_of(mutant.path), mutant, limits[mutant.path]))] = mutant
    while running:
        yield _wait(running)


def _wait(running: dict[int, Mutant]) -> tuple[Mutant, str]:
    pid, status = os.wait()
    if os.WIFSIGNALED(status):
        outcome = "timed out" if os.WTERMSIG(status) == signal.SIGALRM else "killed"
    else:
        outcome = "killed" if os.WEXITSTATUS(status) != EVERY_TEST_PASSED else "survived"
    return running.pop(pid), outcome


def _fork(work: Callable[[], int]) -> int:
    """Start a process that ends with the code its work returns; return its id."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        code = work()
    finally:
        os._exit(code)


def _test(tests: list[str], mutant: Mutant | None = None, seconds: int = 0) -> int:
    """Run tests in silence, with a module changed or none; return pytest's exit code."""
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    signal.alarm(seconds)  # 0 is none; nobody handles the signal, so it ends the process
    if mutant is not None:
        sys.meta_path.insert(0, _Finder(mutant))
    options = ["-x", "-q", "-p", "no:cacheprovider", "--hypothesis-profile=mutation"]
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # of what is preloaded
    return pytest.main([*options, f"--rootdir={ROOT}", *tests])


@attrs.frozen
class _Finder:
    """Finds the changed module before anyone finds the one on disk."""

    mutant: Mutant

    def find_spec(self, name: str, _path: object, _target: object = None) -> ModuleSpec | None:
        path = self.mutant.path
        if name != ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts):
            return None
        return spec_from_file_location(name, path, loader=_Loader(name, path, self.mutant))


class _Loader(SourceFileLoader):
    def __init__(self, name: str, path: Path, mutant: Mutant) -> None:
        super().__init__(name, str(path))
        self.mutant = mutant

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - importlib's signature
        return self.mutant.compile()


def _print_score(outcomes: list[tuple[Mutant, str]]) -> None:
    print(f"\n{'module':<44}{'changes':>8}{'killed':>8}{'timed out':>11}{'survived':>10}")
    for path in (*sorted({mutant.path for mutant, _ in outcomes}), None):
        found = Counter(outcome for mutant, outcome in outcomes if path in (mutant.path, None))
        name = str(path.relative_to(PACKAGE)) if path else "all"
        counts = found["killed"], found["timed out"], found["survived"]
        print(f"{name:<44}{sum(counts):>8}{counts[0]:>8}{counts[1]:>11}{counts[2]:>10}")
    noticed = sum(outcome != "survived" for _, outcome in outcomes)
    print(f"\nscore: {noticed} of {len(outcomes)} changes were noticed")


if __name__ == "__main__":
    main()
