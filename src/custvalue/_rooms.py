"""The rooms of the package, imported when something must know what all of them hold."""

from functools import cache
from importlib import import_module

ROOMS = (
    "baskets",
    "care",
    "churn",
    "errors",
    "examples",
    "inequality",
    "lifecycle",
    "marketing_mix",
    "metrics",
    "movements",
    "orders",
    "playbook",
    "prospects",
    "retention",
    "returns",
    "reviews",
    "rfm",
    "screening",
    "tiers",
    "value_matrix",
    "waking",
)


@cache
def import_rooms() -> None:
    """Import every room, so that each kind of rule and each scale of the package is known."""
    for room in ROOMS:
        import_module(f"custvalue.{room}")
