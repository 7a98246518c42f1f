"""An offer as plain data: a price, and what stands under each of the four P."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

import attrs

from custvalue._containers import LARGEST_EXACT, is_missing, is_number, plain, read_number
from custvalue._documents import document
from custvalue._marketing_mix.four import FourP
from custvalue._marketing_mix.needs import PRICE, read_aspect
from custvalue.errors import InputError, RuleError

Value: TypeAlias = str | float | bool

# Under which argument of an offer the attributes of each P are given, the price apart.
GIVEN_AS = {
    FourP.PRODUCT: "product",
    FourP.PRICE: "costs",
    FourP.PLACE: "place",
    FourP.PROMOTION: "promotion",
}


@attrs.frozen(eq=False, repr=False)
class Attributes(Mapping[str, Value]):
    """What an offer says under one P: a mapping that cannot change, so it can be hashed."""

    _values: dict[str, Value]

    def __getitem__(self, attribute: str) -> Value:
        """Return the value of an attribute."""
        return self._values[attribute]

    def __iter__(self) -> Iterator[str]:
        """Yield the attributes, as they were given."""
        return iter(self._values)

    def __len__(self) -> int:
        """Return how many attributes there are."""
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        """Hold the same values, whatever their order; ``True`` and ``1`` differ."""
        if not isinstance(other, Mapping):
            return NotImplemented
        return _by_kind(self) == _by_kind(other)

    def __hash__(self) -> int:
        """Return the same number for the same values."""
        return hash(frozenset(self._values.items()))

    def __repr__(self) -> str:
        """Show the values as a dict does."""
        return repr(self._values)


def _by_kind(values: Mapping[Any, Any]) -> dict[Any, tuple[bool, Any]]:
    return {name: (isinstance(value, bool), value) for name, value in values.items()}


def _read_attributes(given: Mapping[str, object] | None) -> Attributes:
    if given is not None and not isinstance(given, Mapping):
        msg = (
            "product, costs, place and promotion must each be a mapping from attribute to value, "
            f"as {{'in_stock': True}}, got {given!r}"
        )
        raise TypeError(msg)
    stated = {read_attribute(name): plain(value) for name, value in (given or {}).items()}
    known = {name: value for name, value in stated.items() if not is_missing(value)}
    return Attributes({name: read_value(value, name) for name, value in known.items()})


def read_attribute(attribute: object) -> str:
    """Return the name of an attribute; raise where it is none."""
    if not isinstance(attribute, str):
        msg = f"an attribute must be named in text, got {attribute!r}"
        raise TypeError(msg)
    if not attribute.strip():
        msg = f"an attribute must have a name, got {attribute!r}"
        raise RuleError(msg)
    return str(attribute)


def read_value(value: object, attribute: str) -> Value:
    """Return what an offer may say about an attribute: text, a flag or an exact number."""
    value = plain(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if not is_number(value):
        msg = f"{attribute} must be text, a number or a flag, got {value!r}"
        raise TypeError(msg)
    number = read_number(value, attribute)
    if not -LARGEST_EXACT < number < LARGEST_EXACT:
        msg = f"{attribute} must be below 2**53 in size, got {value!r}"
        raise InputError(msg)
    return number


def read_price(price: object, what: str = "the price of an offer") -> float:
    """Return a price; raise where it is none."""
    price = plain(price)
    if is_missing(price):
        msg = f"{what} must be known, got {price!r}: nobody can pay a price that is not said"
        raise RuleError(msg)
    if not is_number(price):
        msg = f"{what} must be a number, got {price!r}"
        raise TypeError(msg)
    number = float(price) if isinstance(price, Decimal) else price
    if not 0 <= number < LARGEST_EXACT:
        msg = f"{what} must be at least 0 and below 2**53, got {price!r}"
        raise RuleError(msg)
    return number


def _write(offer: "Offer") -> dict[str, Any]:
    under = {name: dict(getattr(offer, name)) for name in GIVEN_AS.values()}
    return {"name": offer.name, "price": offer.price, **under}


@document("offer", write=_write)
@attrs.frozen
class Offer:
    """What the firm offers: a price, and what it says about itself under each of the four P.

    An attribute that an offer does not mention, or whose value is missing, is unknown. Unknown is
    not met, except by a need for `missing`.

    Parameters
    ----------
    name : str
        What the offer is called; offers that are compared have names of their own.
    price : float
        What the customer pays, at least 0 [money]. It answers needs about ``"price"`` under cost.
    product, place, promotion : mapping of str to text, number or flag, optional
        Attribute and value, as ``{"diameter_mm": 6}``. They answer needs under solution,
        convenience and communication.
    costs : mapping of str to text, number or flag, optional
        What else it costs the customer, as ``{"delivery_fee": 5}``: answers needs under cost about
        anything but the price.

    Raises
    ------
    RuleError
        When the name or an attribute is empty, the price is missing, negative, or 2**53 or more,
        or `costs` holds a ``"price"``.
    InputError
        When a number is infinite, or 2**53 or more in size.
    TypeError
        When an argument is of a wrong kind.

    Examples
    --------
    >>> import custvalue as cv
    >>> modest = cv.Offer("modest", price=35, product={"diameter_mm": 6, "hardness": "wood"})
    >>> modest.value_of("solution", "diameter_mm"), modest.value_of("cost", "price")
    (6, 35)
    >>> modest == cv.from_dict(cv.to_dict(modest))
    True
    """

    name: str
    price: float = attrs.field(kw_only=True, converter=read_price)
    product: Attributes = attrs.field(default=None, kw_only=True, converter=_read_attributes)
    place: Attributes = attrs.field(default=None, kw_only=True, converter=_read_attributes)
    promotion: Attributes = attrs.field(default=None, kw_only=True, converter=_read_attributes)
    costs: Attributes = attrs.field(default=None, kw_only=True, converter=_read_attributes)

    def __attrs_post_init__(self) -> None:
        """Check the name, and that the price is given once."""
        if not isinstance(self.name, str):
            msg = f"the name of an offer must be text, got {self.name!r}"
            raise TypeError(msg)
        if not self.name.strip():
            msg = f"an offer needs a name, got {self.name!r}"
            raise RuleError(msg)
        if PRICE in self.costs:
            msg = f"the price of {self.name} must be given as price=, got it among its costs"
            raise RuleError(msg)

    def value_of(self, aspect: str, attribute: str) -> Value | None:
        """Return what the offer says about an attribute; None where it says nothing.

        Parameters
        ----------
        aspect : FourC or str
            Whose lever it is looked up under.
        attribute : str
            As in a `Need`.

        Returns
        -------
        str, float, bool or None

        Raises
        ------
        RuleError
            When `aspect` is none of the four, or `attribute` is empty.
        TypeError
            When `attribute` is no text.

        Examples
        --------
        >>> import custvalue as cv
        >>> by_post = cv.Offer("by post", price=35, costs={"delivery_fee": 5})
        >>> by_post.value_of("cost", "delivery_fee"), by_post.value_of("convenience", "km")
        (5, None)
        """
        lever = read_aspect(aspect).lever
        if lever is FourP.PRICE and attribute == PRICE:
            return self.price
        under: Attributes = getattr(self, GIVEN_AS[lever])
        return under.get(read_attribute(attribute))

    def with_value(self, aspect: str, attribute: str, value: Value) -> "Offer":
        """Return the offer with one value changed: what `levers` proposes.

        Parameters
        ----------
        aspect : FourC or str
            Whose lever the attribute stands under.
        attribute : str
            As in a `Need`.
        value : text, number or flag
            What the new offer says about it.

        Returns
        -------
        Offer

        Raises
        ------
        RuleError, InputError, TypeError
            As for a new offer; and RuleError when `aspect` is none of the four.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.Offer("modest", price=35).with_value("cost", "price", 30).price
        30
        """
        lever, attribute = read_aspect(aspect).lever, read_attribute(attribute)
        under = GIVEN_AS[lever]
        changed: dict[str, Any] = {under: {**getattr(self, under), attribute: value}}
        if lever is FourP.PRICE and attribute == PRICE:
            changed = {PRICE: value}
        return attrs.evolve(self, **changed)


def read_offers(offers: Iterable[Offer], what: str) -> list[Offer]:
    """Return the offers given to the function `what`; raise where they cannot be compared."""
    try:
        given = list(offers)
    except TypeError as error:
        msg = f"{what} takes a list of offers, got {type(offers).__name__}: write [offer]"
        raise TypeError(msg) from error
    for offer in given:
        if not isinstance(offer, Offer):
            msg = f"{what} takes offers, got {offer!r}: make one, as Offer('modest', price=35)"
            raise TypeError(msg)
    names = Counter(offer.name for offer in given)
    twice = sorted(name for name, count in names.items() if count > 1)
    if twice:
        msg = f"offers must have names of their own, got more of {', '.join(twice)}: rename one"
        raise RuleError(msg)
    return given


def require_offers(offers: list[Offer], what: str) -> None:
    """Raise when there is no offer to compare."""
    if not offers:
        msg = f"{what} needs at least one offer, got none"
        raise InputError(msg)
