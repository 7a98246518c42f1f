"""Pictures of what to offer: goods bought together, needs, and whom an offer reaches."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from custvalue._baskets.lines import read_items
from custvalue._baskets.rules import Association
from custvalue._containers import read_count, read_steps, require_columns
from custvalue._plotting.canvas import (
    BLUE,
    GREY,
    INK,
    PURPLE,
    SKY,
    SMALL,
    VERMILION,
    draw_cells,
    floats,
    guide,
    head,
    in_counts,
    legend_above,
    letters_in,
    name,
    open_axes,
    require_kind,
    say_nothing,
    tint,
    write_beside,
)
from custvalue._words import say_count
from custvalue.marketing_mix import CustomerMatch, FourP, MixBrief

TOLD = [step for step, each in enumerate(Association) if each is not Association.CANNOT_TELL]
STRONGEST = 3.0  # [log2 of the lift] eight times as often as by chance, or an eighth
LONGEST = 16  # [letters]
TORN = "; another excludes it"
PALE = to_hex(tint(SKY, 0.45).tolist())


def basket_heatmap(rules: pd.DataFrame, *, most: int = 8, ax: Axes | None = None) -> Axes:
    """Draw how much more often goods are bought together than by chance: the lift.

    Parameters
    ----------
    rules : DataFrame
        What `pair_rules` returned, or some rows of it, in any order: goods are drawn as they
        first appear.
    most : int, default 8
        How many goods to draw at most.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        When the table lacks a column, or `most` is no whole number of at least 1.
    TypeError
        When it is no table.

    Examples
    --------
    >>> import custvalue as cv
    >>> from custvalue import plotting
    >>> shop = cv.examples.simulate_shop(customers=200, products=6)
    >>> ax = plotting.basket_heatmap(cv.baskets.pair_rules(shop.lines, min_count=5))
    >>> ax.get_xlabel(), ax.get_ylabel(), len(ax.get_xticks())
    ('also bought', 'who bought', 6)
    """
    columns = ("antecedent", "consequent", "association", "lift")
    advice = "give what cv.baskets.pair_rules returns"
    require_columns(rules, columns, "what basket_heatmap draws", advice=advice)
    lifts = floats(rules["lift"])
    sides = pd.concat([rules["antecedent"], rules["consequent"]]).astype(object)
    goods = read_items(sides, "antecedent and consequent")
    found = read_steps(rules["association"], Association, "association")
    most = read_count(most, "most")
    axes = open_axes(ax)
    said = (
        "Lift: how many times as often as by chance. Blue: more often; orange: less often; "
        "white: chance may explain it; empty: too few baskets"
    )
    head(axes, "Bought together", said, x="also bought", y="who bought")
    if not len(rules):
        return say_nothing(axes, "no pair of goods is in enough baskets")
    pairs = goods.codes.reshape(2, -1)
    shown = pd.unique(pairs.T.ravel())[:most]
    at = np.full(len(goods.names), -1)
    at[shown] = np.arange(len(shown))
    row, column = at[pairs]
    drawn = (row >= 0) & (column >= 0)
    lift = np.full((len(shown), len(shown)), np.nan)
    told = np.zeros(lift.shape, dtype=np.bool_)
    place = row[drawn], column[drawn]
    lift[place] = lifts[drawn]
    told[place] = np.isin(found, TOLD)[drawn]
    with np.errstate(divide="ignore"):
        strength = np.where(told, np.abs(np.log2(lift)) / STRONGEST, 0.0).clip(0.15 * told, 1)
    colours = np.where((lift > 1)[..., None], tint(BLUE, strength), tint(VERMILION, strength))
    colours[np.diag_indices(len(shown))] = tint(GREY, 0.3)
    texts = [["" if np.isnan(each) else f"{each:.1f}" for each in line] for line in lift]
    names = [name(good, LONGEST) for good in goods.names[shown]]
    draw_cells(axes, colours, texts, rows=names, columns=names)
    return axes


def mix_brief(brief: MixBrief, *, ax: Axes | None = None) -> Axes:
    """Draw what to build to under each P, must-haves first.

    Parameters
    ----------
    brief : MixBrief
        What `translate` returned. Must-haves that no offer can meet together are marked.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    TypeError
        When something else is given.

    Examples
    --------
    >>> import custvalue as cv
    >>> from custvalue import plotting
    >>> needs = [
    ...     cv.Need("solution", "diameter_mm", cv.at_most(6), must_have=True),
    ...     cv.Need("cost", "price", cv.at_most(60), must_have=True),
    ...     cv.Need("convenience", "in_stock", cv.is_true()),
    ... ]
    >>> ax = plotting.mix_brief(cv.marketing_mix.translate(needs))
    >>> [text.get_text() for text in ax.texts][:2]
    ['diameter_mm ≤ 6 (must-have)', 'price ≤ 60 (must-have)']
    """
    require_kind(brief, MixBrief, "what mix_brief draws", "cv.marketing_mix.translate")
    asked = {lever: brief.requirements(lever) for lever in FourP}
    rows = sum(max(len(needs), 1) for needs in asked.values())
    axes = open_axes(ax, 1.4 + 0.3 * rows)
    said = " ".join(brief.open_questions)
    head(axes, "What to build to", said, x="needs, must-haves first", y="lever")
    room = letters_in(axes.bbox.width, axes, SMALL)
    torn = [need for pair in brief.conflicts for need in pair]
    row, middles = 0, []
    for needs in asked.values():
        middles.append(row + (max(len(needs), 1) - 1) / 2)
        for need in needs:
            told = f"{need.describe()}{TORN if need in torn else ''}"
            colour = VERMILION if need in torn else BLUE if need.must_have else PALE
            axes.barh(row, 1, 0.86, color=colour)
            write_beside(axes, 0, row, name(told, room), "white" if need.must_have else INK)
            row += 1
        if not needs:
            write_beside(axes, 0, row, "nothing asked", GREY)
            row += 1
        axes.axhline(row - 0.5, color=GREY, linewidth=0.8)
    axes.set_yticks(middles, [f"{lever} for {lever.serves}" for lever in FourP])
    axes.tick_params(length=0)
    axes.set_xticks([])
    axes.set_xlim(0, 1)
    axes.set_ylim(row - 0.5, -0.5)
    return axes


def mix_coverage(matched: CustomerMatch, *, ax: Axes | None = None) -> Axes:
    """Draw how many customers each offer reaches, and how many none does.

    Parameters
    ----------
    matched : CustomerMatch
        What `match_customers` returned.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    TypeError
        When something else is given.

    Examples
    --------
    >>> import custvalue as cv
    >>> from custvalue import plotting
    >>> from custvalue.marketing_mix import Offer, match_customers
    >>> needs = {"ann": [cv.Need("cost", "price", cv.at_most(30), must_have=True)], "bob": []}
    >>> offers = [Offer("modest", price=25), Offer("best value", price=60)]
    >>> ax = plotting.mix_coverage(match_customers(needs, offers))
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['modest, 25', 'best value, 60', 'no offer']
    """
    source = "cv.marketing_mix.match_customers"
    require_kind(matched, CustomerMatch, "what mix_coverage draws", source)
    offers = matched.offers
    axes = open_axes(ax, 1.6 + 0.4 * max(len(offers), 3))
    customers = len(matched.customers)
    unserved = int(matched.customers["offer"].isna().sum())
    find = say_count(customers - unserved, f"of {customers:,} finds", f"of {customers:,} find")
    said = f"{find} an offer that meets every must-have"
    head(axes, "Whom the offers reach", said, x="customers", y="offer, price")
    if not customers:
        return say_nothing(axes, "there are no customers")
    place = np.arange(len(offers))
    layers = {
        "fits": ("meets every must-have", PALE, 0.8),
        "best_for": ("is the best offer", BLUE, 0.5),
        "only_for": ("is the only one that fits", INK, 0.15),
    }
    for column, (label, colour, height) in layers.items():
        axes.barh(place, floats(offers[column]), height, color=colour, label=label)
    axes.barh(len(offers), unserved, 0.8, color=PURPLE, label="finds no offer")
    ends = [*floats(offers["fits"]), unserved]
    for at, count in enumerate(ends):
        write_beside(axes, count, at, f"{count:,.0f}")
    prices = [f"{price:,.12g}" for price in floats(offers["price"])]
    names = [
        f"{name(offer, LONGEST)}, {price}"
        for offer, price in zip(offers.index, prices, strict=True)
    ]
    axes.set_yticks([*place, len(offers)], [*names, "no offer"])
    axes.set_ylim(len(offers) + 0.5, -0.5)
    axes.set_xlim(0, 1.1 * max(ends))
    in_counts(axes.xaxis)
    guide(axes, "x")
    legend_above(axes, axes.containers)
    return axes
