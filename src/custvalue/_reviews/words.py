"""The words of a report in English and Chinese, and a frame told in them."""

from typing import Literal

import pandas as pd

from custvalue._containers import is_missing, is_word
from custvalue._reviews.report import Sheet
from custvalue._scale import Label
from custvalue.errors import InputError

Lang = Literal["en", "zh"]

SHARES = ("conversion", "retention", "nominal_share")

HEADINGS_ZH = {
    "tier": "层级",
    "segment": "价值细分",
    "stage": "阶段",
    "state": "状态",
    "measure": "措施",
    "moved": "变动",
    "customers": "客户数",
    "share": "占比",
    "share_of_customers": "客户占比",
    "value": "价值",
    "share_of_value": "价值占比",
    "mean_value": "平均价值",
    "lowest_value": "最低价值",
    "unprofitable": "亏损客户数",
    "floor": "门槛",
    "nominal_share": "目标占比",
    "retention": "保持率",
    "revenue": "净收入",
    "share_of_revenue": "收入占比",
    "revenue_between": "期间净收入",
    "at_or_beyond": "达到及以上",
    "conversion": "转化率",
    "before": "之前",
    "after": "之后",
    "stayed": "未变",
    "advanced": "上升",
    "held": "不变",
    "slipped": "下降",
    "joined": "新增",
    "left": "离开",
    "net_joined": "净新增",
    "net_advanced": "净上升",
}

PHRASES = {
    "en": {
        "tiers": "Tiers",
        "segments": "Value segments",
        "stages": "Stages",
        "states": "Churn states",
        "measures": "Measures",
        "movements": "How many moved",
        "money": "Revenue between the dates, by how customers moved",
        "tiers before": "Tiers of the earlier date, and what became of them",
        "measures before": "Measures, before and after",
        "customers": "{count:,} customers",
        "one customer": "1 customer",
        "review": "Review as of {day}: {customers}, revenue {money}.",
        "top": "The top 20% of customers hold {top:.1%} of it; {few:.1%} hold 80%.",
        "gini": "Gini {gini:.3f}.",
        "comparison": "From {earlier} to {later}: {before} before, {after} after; {joined} joined, "
        "{left} left.",
        "between": "Revenue between: {money}, of which {new} from customers who joined.",
        "note": "Note: {note}",
    },
    "zh": {
        "tiers": "客户层级",
        "segments": "价值细分",
        "stages": "客户阶段",
        "states": "流失状态",
        "measures": "措施",
        "movements": "变动客户数",
        "money": "期间净收入(按变动)",
        "tiers before": "期初层级的去向",
        "measures before": "措施的变化",
        "customers": "{count:,} 位客户",
        "one customer": "1 位客户",
        "review": "客户评审,截至 {day}:{customers},净收入 {money}。",
        "top": "前 20% 的客户占其中 {top:.1%};{few:.1%} 的客户占 80%。",
        "gini": "基尼系数 {gini:.3f}。",
        "comparison": "{earlier} 至 {later}:期初 {before},期末 {after};新增 {joined} 位,"
        "离开 {left} 位。",
        "between": "期间净收入:{money},其中新增客户 {new}。",
        "note": "注:{note}",
    },
}


def phrase(key: str, lang: Lang, **values: object) -> str:
    """Return a phrase in one of the languages, filled in."""
    if not is_word(lang, PHRASES):
        msg = f"lang must be 'en' or 'zh', got {lang!r}"
        raise InputError(msg)
    return PHRASES[lang][key].format(**values)


def say_customers(count: int, lang: Lang) -> str:
    """Return "1 customer", "2,000 customers"."""
    return phrase("one customer" if count == 1 else "customers", lang, count=count)


def say_money(amount: float, decimals: int, currency: str | None = None) -> str:
    """Return an amount with its thousands apart, and its currency if there is one."""
    return f"{amount:z,.{decimals}f}" + (f" {currency}" if currency else "")


def say_part(amount: float, decimals: int) -> str:
    """Return an amount in a sentence, rounded to the minor unit; whole ones without it."""
    return say_money(amount, 0 if amount % 1 == 0 else decimals)


def sheet_of(
    table: pd.DataFrame,
    title: str,
    lang: Lang,
    *,
    decimals: int,
    labels: type[Label] | None = None,
) -> Sheet:
    """Return a frame in words: shares in percent, counts and money with their thousands apart.

    `labels` has the members of its index; without it the index is named like columns are.
    """
    first = [_heading(str(name), lang) for name in table.index]
    if labels is not None:
        first = [labels(name).label(lang=lang) for name in table.index]
    columns = [[_say(value, str(name), decimals) for value in table[name]] for name in table]
    headings = [_heading(str(name), lang) for name in (table.index.name, *table.columns)]
    return Sheet(phrase(title, lang), headings, list(zip(first, *columns, strict=True)))


def _heading(name: str, lang: Lang) -> str:
    return HEADINGS_ZH.get(name, name) if lang == "zh" else name.replace("_", " ")


def _say(value: float, column: str, decimals: int) -> str:
    if is_missing(value):
        return "–"
    if column.startswith("share") or column in SHARES:
        return f"{value:.1%}"
    return f"{value:,}" if isinstance(value, int) else say_money(value, decimals)
