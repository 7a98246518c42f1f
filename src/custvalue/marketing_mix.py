"""From needs to an offer: the customer's four C turned into the firm's four P."""

from collections.abc import Iterable

import pandas as pd

from custvalue._marketing_mix.asked import NeedsByCustomer
from custvalue._marketing_mix.brief import MixBrief, make_brief
from custvalue._marketing_mix.changes import find_changes
from custvalue._marketing_mix.four import FourC, FourP
from custvalue._marketing_mix.many import CustomerMatch, match_many
from custvalue._marketing_mix.matching import match_one
from custvalue._marketing_mix.needs import Need
from custvalue._marketing_mix.nested_choices import NeedRanking, rank_needs
from custvalue._marketing_mix.offer import Offer
from custvalue._marketing_mix.options import Options
from custvalue._marketing_mix.proposal import Proposal, propose

__all__ = [
    "CustomerMatch",
    "FourC",
    "FourP",
    "MixBrief",
    "Need",
    "NeedRanking",
    "Offer",
    "Proposal",
    "levers",
    "match",
    "match_customers",
    "new_offer",
    "rank_needs",
    "translate",
]


def translate(needs: Iterable[Need]) -> MixBrief:
    """Turn what a customer needs into what to build to: the four C into the four P.

    Ability to pay is always a must-have. Where no must-have speaks of the ``"price"`` under
    cost, the brief gets one that only asks it to be known; and as long as no must-have says more
    than that about it, what the customer can pay stands among the open questions.

    Parameters
    ----------
    needs : iterable of Need
        May be empty. Needs of equal weight keep their order.

    Returns
    -------
    MixBrief

    Raises
    ------
    TypeError
        When something else than needs is given.

    Examples
    --------
    Who asks for a drill needs a hole, in a wooden wall:

    >>> import custvalue as cv
    >>> hole = [
    ...     cv.Need("solution", "drills", cv.equals("wood"), must_have=True),
    ...     cv.Need("solution", "diameter_mm", cv.at_most(6), must_have=True),
    ...     cv.Need("convenience", "in_stock", cv.is_true()),
    ... ]
    >>> print(cv.marketing_mix.translate(hole))
    product: drills = wood (must-have); diameter_mm ≤ 6 (must-have)
    price: price is known (must-have)
    place: in_stock is true (nice to have, weight 1)
    promotion: nothing asked
    What can the customer pay? No must-have says it: ask, and add it as a need under cost, as
    Need('cost', 'price', at_most(...), must_have=True).
    """
    return make_brief(needs)


def match(needs: Iterable[Need], offers: Iterable[Offer]) -> pd.DataFrame:
    """Compare offers for one customer, best first.

    Offers that meet every must-have come first. Then the larger share of the nice-to-haves' weight
    decides, then the lower price, then the order given. Weights are added exactly as written, so
    0.1 and 0.2 make 0.3.

    Must-haves decide who can buy. How many nice-to-haves it takes for a purchase, the library does
    not guess: ``share_met`` says how many there are.

    Parameters
    ----------
    needs : iterable of Need
        Of one customer. Ability to pay is added where it is not spoken of, as in `translate`.
    offers : iterable of Offer
        At least one, each with a name of its own.

    Returns
    -------
    DataFrame indexed by offer, best first
        ``meets_all`` bool: every must-have is met; ``must_haves_met`` int64; ``share_met`` float64:
        weight of the nice-to-haves met, of all of them, NaN where there are none; ``price`` float64
        [money]; ``unmet``: tuple of str, the needs it does not meet, must-haves first, then by
        weight; ``unknown``: tuple of str, the attributes among these that the offer says nothing
        of. ``.attrs``: ``must_haves``, how many there are; ``open_questions``, as in `MixBrief`.

    Raises
    ------
    InputError
        When there is no offer, or a flag is asked for and the offer has another number.
    RuleError
        When two offers share a name.
    TypeError
        When something else than needs or offers is given, or an offer has another kind of value
        than a condition speaks of; the sentence names both.

    Examples
    --------
    Asked for a drill, one assistant recommends the best value. Another asks what for:

    >>> import custvalue as cv
    >>> needs = [
    ...     cv.Need("solution", "diameter_mm", cv.at_most(6), must_have=True),
    ...     cv.Need("solution", "hardness", cv.equals("wood"), must_have=True),
    ...     cv.Need("cost", "price", cv.at_most(60), must_have=True),
    ...     cv.Need("convenience", "in_stock", cv.is_true()),
    ... ]
    >>> best_value = cv.Offer(
    ...     "best value",
    ...     price=55,
    ...     product={"diameter_mm": 13, "hardness": "stone"},
    ...     place={"in_stock": True},
    ... )
    >>> modest = cv.Offer("modest", price=35, product={"diameter_mm": 6, "hardness": "wood"})
    >>> table = cv.marketing_mix.match(needs, [best_value, modest])
    >>> table["meets_all"].to_dict()
    {'modest': True, 'best value': False}
    >>> table.loc["best value", "unmet"]
    ('diameter_mm ≤ 6 (must-have)', 'hardness = wood (must-have)')
    >>> float(table.loc["modest", "share_met"]), table.loc["modest", "unknown"]
    (0.0, ('in_stock',))
    """
    return match_one(needs, offers)


def match_customers(
    needs_by_customer: NeedsByCustomer, offers: Iterable[Offer], *, customer: str = "customer"
) -> CustomerMatch:
    """Find the best offer for each of many customers, and how many each offer reaches.

    Each customer gets what `match` puts first, if that meets every must-have; else no offer, and
    the reason.

    Parameters
    ----------
    needs_by_customer : DataFrame with a row per need, or mapping of customer to list of Need
        Columns: the customer's id, ``aspect``, ``attribute``, ``condition``, and, where they are
        there, ``must_have`` (else False) and ``weight`` (else 1; not read of must-haves). A
        customer whose needs are unknown has no row; in a mapping it may have an empty list.
    offers : iterable of Offer
        At least one, each with a name of its own.
    customer : str, default "customer"
        The column of the id; the name of the index that is returned.

    Returns
    -------
    CustomerMatch
        Every customer once, sorted by id (in order of appearance if ids do not compare).

    Raises
    ------
    InputError
        When columns are lacking, or a row lacks its customer, aspect, attribute or must_have, or a
        nice-to-have a weight above 0; the sentence names the rows. And as for `match`.
    RuleError, TypeError
        As for `match`.

    Examples
    --------
    >>> import custvalue as cv, pandas as pd
    >>> needs = pd.DataFrame(
    ...     {
    ...         "customer": ["ann", "ann", "bob"],
    ...         "aspect": ["cost", "solution", "cost"],
    ...         "attribute": ["price", "diameter_mm", "price"],
    ...         "condition": [cv.at_most(60), cv.at_most(6), cv.at_most(20)],
    ...         "must_have": True,
    ...     }
    ... )
    >>> modest = cv.Offer("modest", price=35, product={"diameter_mm": 6})
    >>> matched = cv.marketing_mix.match_customers(needs, [modest])
    >>> matched.customers["offer"].tolist()
    ['modest', nan]
    >>> matched.customers["reason"].tolist()
    ['meets every must-have', 'no offer meets price ≤ 20']
    >>> matched.offers[["fits", "best_for", "only_for"]].to_numpy().tolist()
    [[1, 1, 1]]
    """
    return match_many(needs_by_customer, offers, customer=customer)


def levers(
    needs_by_customer: NeedsByCustomer,
    offers: Iterable[Offer],
    *,
    options: Options | None = None,
    decimals: int = 2,
    customer: str = "customer",
) -> pd.DataFrame:
    """Find the single change of one offer that lets most of those buy who cannot.

    A customer is *unserved* when no offer meets its every must-have. A change gives one attribute
    of one offer one new value. It wins the unserved who could then buy that offer, and loses those
    who buy now and could then buy nothing any more. For each offer and attribute the table has the
    value that wins most; of equals the one that loses fewest, then the one nearest to the present
    number, then the first. The search is exact: no other value of that attribute wins more.

    Values come from the customers' own conditions: ``at_most(30)`` proposes 30. Where a
    condition leaves its end out, as ``below(30)``, the value 1 further is proposed (or half the way
    to the next condition's end, where that is nearer). A price is always a whole number of minor
    units, on the side of the end that keeps the customer: 29.99 for ``below(30)``, and for
    ``at_most(29.995)`` as well. A must-have that asks only for a known value proposes none. State
    `options` where only some values can be had.

    Parameters
    ----------
    needs_by_customer : DataFrame with a row per need, or mapping of customer to list of Need
        As for `match_customers`.
    offers : iterable of Offer
        At least one, each with a name of its own.
    options : mapping, optional
        Values an attribute can take, laid out like the arguments of an `Offer`:
        ``{"price": [20, 25], "product": {"diameter_mm": [4, 6]}}``. They replace what the
        conditions propose; an empty list says that the attribute cannot change.
    decimals : int, default 2
        Decimal places of the minor unit of the price: 0 where prices are whole.
    customer : str, default "customer"
        The column of the id.

    Returns
    -------
    DataFrame, a row per offer and attribute whose change wins anybody, most wins first
        ``lever`` and ``aspect`` categorical; ``offer`` categorical; ``attribute`` str; ``present``
        the value now, None where it is unknown; ``new_value``; ``wins`` int64 [customers];
        ``share_of_unserved`` float64; ``loses`` int64 [customers]. Of equal wins the one that loses
        fewer comes first, then the order of the four P, then of the offers.
        ``table.drop_duplicates("lever")`` has the best change under each P.
        ``.attrs``: ``customers``, ``unserved``.

    Raises
    ------
    InputError, RuleError, TypeError
        As for `match_customers`; and when `options` are not laid out as above.

    Examples
    --------
    >>> import custvalue as cv
    >>> def pays(most):
    ...     return cv.Need("cost", "price", cv.at_most(most), must_have=True)
    >>> thin = cv.Need("solution", "diameter_mm", cv.at_most(6), must_have=True)
    >>> needs = {"ann": [pays(60), thin], "bob": [pays(30)], "cem": [pays(25)], "dan": [pays(90)]}
    >>> large = cv.Offer("large", price=55, product={"diameter_mm": 13})
    >>> table = cv.marketing_mix.levers(needs, [large])
    >>> table[["attribute", "present", "new_value", "wins", "loses"]].to_numpy().tolist()
    [['price', 55, 25, 2, 0], ['diameter_mm', 13, 6, 1, 0]]
    """
    return find_changes(
        needs_by_customer, offers, options=options, decimals=decimals, customer=customer
    )


def new_offer(
    needs_by_customer: NeedsByCustomer,
    *,
    options: Options,
    offers: Iterable[Offer] = (),
    name: str = "new offer",
    customer: str = "customer",
) -> Proposal:
    """Put together a new offer for those whom no offer serves, from stated options.

    The search is greedy. It starts from the value of one attribute that keeps most customers
    winnable, then fixes the value, of all attributes left, that keeps most of these, and so on; in
    the end single values are changed for as long as that wins more. It does so once from each
    attribute, and the best of these offers is proposed: no single change makes it better, but
    another combination might. ``at_most`` bounds what any combination could win.

    Parameters
    ----------
    needs_by_customer : DataFrame with a row per need, or mapping of customer to list of Need
        As for `match_customers`.
    options : mapping
        Values each attribute can take, as for `levers`; at least one for the price and for every
        attribute named. Of equals the first is taken, so state first what you would rather offer.
        The offer says nothing of other attributes.
    offers : iterable of Offer, optional
        The present ones: whom one of them fits is not looked at.
    name : str, default "new offer"
        What it is called.
    customer : str, default "customer"
        The column of the id.

    Returns
    -------
    Proposal

    Raises
    ------
    InputError
        When there is no option for the price or for an attribute named; and as for
        `match_customers`.
    RuleError, TypeError
        As for `match_customers`.

    Examples
    --------
    >>> import custvalue as cv
    >>> def pays(most):
    ...     return cv.Need("cost", "price", cv.at_most(most), must_have=True)
    >>> thin = cv.Need("solution", "diameter_mm", cv.at_most(6), must_have=True)
    >>> needs = {"ann": [pays(60), thin], "bob": [pays(30)], "cem": [pays(25), thin]}
    >>> proposal = cv.marketing_mix.new_offer(
    ...     needs, options={"price": [45, 30, 20], "product": {"diameter_mm": [8, 6, 4]}}
    ... )
    >>> proposal.offer.price, dict(proposal.offer.product), proposal.wins, proposal.at_most
    (20, {'diameter_mm': 6}, 3, 3)
    """
    return propose(needs_by_customer, offers, options=options, name=name, customer=customer)
