"""The four C of the customer and the four P of the firm."""

from custvalue._scale import Label


class FourC(Label):
    """The customer's side of a purchase.

    Source: R. Lauterborn (1990), New marketing litany: four P's passé, C-words take over.
    Advertising Age 61(41), 26.

    Examples
    --------
    >>> import custvalue as cv
    >>> [(aspect.value, aspect.lever.value) for aspect in cv.FourC]
    [('solution', 'product'), ('cost', 'price'), ('convenience', 'place'),
     ('communication', 'promotion')]
    """

    SOLUTION = "solution", "客户解决方案"
    COST = "cost", "客户成本"
    CONVENIENCE = "convenience", "便利"
    COMMUNICATION = "communication", "沟通"

    @property
    def lever(self) -> "FourP":
        """The P with which the firm answers this C.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.FourC.CONVENIENCE.lever
        <FourP.PLACE: 'place'>
        """
        return _LEVERS[self]


class FourP(Label):
    """The firm's side of a purchase: what it can set.

    Source: E. J. McCarthy (1960), Basic marketing: a managerial approach.

    Examples
    --------
    >>> import custvalue as cv
    >>> [lever.label(lang="zh") for lever in cv.FourP]
    ['产品', '价格', '渠道', '促销']
    """

    PRODUCT = "product", "产品"
    PRICE = "price", "价格"
    PLACE = "place", "渠道"
    PROMOTION = "promotion", "促销"

    @property
    def serves(self) -> FourC:
        """The C that this P answers.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.FourP.PRICE.serves
        <FourC.COST: 'cost'>
        """
        return next(aspect for aspect, lever in _LEVERS.items() if lever is self)


# Lauterborn (1990) sets one C against each of McCarthy's P.
_LEVERS = {
    FourC.SOLUTION: FourP.PRODUCT,
    FourC.COST: FourP.PRICE,
    FourC.CONVENIENCE: FourP.PLACE,
    FourC.COMMUNICATION: FourP.PROMOTION,
}
