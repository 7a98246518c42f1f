"""The seven indicators of satisfaction."""

from custvalue._scale import Label


class Indicator(Label):
    """What satisfaction is read off, and which way each points.

    After a practitioner's text on the stages of a customer. The values are the names of columns.

    Examples
    --------
    >>> import custvalue as cv
    >>> [str(indicator) for indicator in cv.care.Indicator if not indicator.higher_is_better]
    ['complaint_rate', 'price_sensitivity', 'exit_rate']
    >>> cv.care.Indicator.RETURN_RATE.label(lang="zh")
    '消费后的回头率'
    """

    PRODUCT_REPUTATION = "product_reputation", "产品美誉度"
    BRAND_AWARENESS = "brand_awareness", "品牌知名度"
    RETURN_RATE = "return_rate", "消费后的回头率"
    COMPLAINT_RATE = "complaint_rate", "投诉率"
    AVERAGE_ORDER_VALUE = "average_order_value", "单次交易额"
    PRICE_SENSITIVITY = "price_sensitivity", "对价格变动的敏感度"
    EXIT_RATE = "exit_rate", "其他客户的流失率"

    @property
    def higher_is_better(self) -> bool:
        """Whether more of it speaks for satisfaction.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.care.Indicator.COMPLAINT_RATE.higher_is_better
        False
        """
        return self not in _LOWER_IS_BETTER


_LOWER_IS_BETTER = {Indicator.COMPLAINT_RATE, Indicator.PRICE_SENSITIVITY, Indicator.EXIT_RATE}
