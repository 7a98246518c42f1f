"""Every public callable that takes an argument, found by walking the public modules."""

import enum
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

import custvalue as cv

# Made by the library and read by users, who have no reason to call what makes them.
RESULTS = {
    "care.LearnedRanges",
    "churn.LearnedSleep",
    "engines.EngineConcentration",
    "examples.SimulatedShop",
    "inequality.Concentration",
    "lifecycle.RepeatCurve",
    "marketing_mix.CustomerMatch",
    "marketing_mix.MixBrief",
    "marketing_mix.NeedRanking",
    "marketing_mix.Proposal",
    "metrics.Verdict",
    "movements.Movement",
    "orders.OrderLog",
    "returns.ReturnCurve",
    "reviews.Comparison",
    "reviews.Review",
    "rfm.RFMLevels",
    "screening.Screening",
    "cv.Learned",
}
# Base classes and protocols: their subclasses are called.
ABSTRACT = {"cv.Condition", "tiers.ShareLearner", "waking.ChanceModel"} | {
    "waking.ChanceModel.chance_of_return"
}


def public_callables() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield every public function, class and method that takes arguments, each once."""
    seen: set[int] = set()
    rooms = sorted(m.name for m in pkgutil.iter_modules(cv.__path__))
    for room in [room for room in rooms if not room.startswith("_")] + ["cv"]:
        module = cv if room == "cv" else importlib.import_module(f"custvalue.{room}")
        for name, thing in _public(module):
            if id(thing) not in seen and not _is_vocabulary(thing):
                seen.add(id(thing))
                yield f"{room}.{name}", thing
            if inspect.isclass(thing):
                yield from _methods(f"{room}.{name}", thing, seen)


def _public(module: Any) -> Iterator[tuple[str, Any]]:
    names = getattr(module, "__all__", None)
    if names is None:
        names = [name for name, thing in vars(module).items() if _is_own(name, thing, module)]
    for name in names:
        thing = getattr(module, name)
        if callable(thing):
            yield name, thing


def _is_own(name: str, thing: Any, module: Any) -> bool:
    return not name.startswith("_") and getattr(thing, "__module__", None) == module.__name__


def _methods(name: str, cls: type, seen: set[int]) -> Iterator[tuple[str, Callable[..., Any]]]:
    for method, thing in vars(cls).items():
        function = getattr(thing, "__func__", thing)
        if method.startswith("_") or not inspect.isfunction(function) or id(function) in seen:
            continue
        seen.add(id(function))
        if len(inspect.signature(function).parameters) > 1:
            yield f"{name}.{method}", function


def _is_vocabulary(thing: Any) -> bool:
    """Tell enums, errors, and functions without an argument from what takes data."""
    if inspect.isclass(thing):
        return issubclass(thing, enum.Enum | Exception)
    return not inspect.signature(thing).parameters
