"""How a playbook is told in a table, in English and Chinese."""

from typing import Any, Literal

from custvalue._scale import Label

Lang = Literal["en", "zh"]

WORDS = {
    "en": {"any": "any", "but": "any but ", "none": "none", "True": "top", "False": "other"},
    "zh": {
        "any": "任意",
        "but": "任意,除了 ",
        "none": "无",
        "True": "最高层",
        "False": "其他",
        "tier": "层级",
        "segment": "价值细分",
        "stage": "阶段",
        "state": "状态",
        "measure": "措施",
        "because": "理由",
    },
}


def say_steps(steps: list[Any], all_steps: list[Any], lang: Lang) -> str:
    """Return which steps of a measure a row is about: "any", some, or all but some."""
    words = WORDS[lang]
    if len(steps) == len(all_steps):
        return words["any"]
    others = [step for step in all_steps if step not in steps]
    few = len(others) < len(steps) / 2
    named = [
        step.label(lang=lang)
        if isinstance(step, Label)
        else words["none" if step is None else str(step)]
        for step in (others if few else steps)
    ]
    return (words["but"] if few else "") + ", ".join(named)


def escape(text: str) -> str:
    """Return a cell of a Markdown table: one line, without bars of its own."""
    return " ".join(text.split()).replace("|", "\\|")
