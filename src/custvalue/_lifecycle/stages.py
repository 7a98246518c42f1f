"""The eight stages of a customer, and what each calls for."""

from custvalue._scale import Label, Scale


class Focus(Label):
    """What a customer calls for: the four dimensions of managing customers.

    Examples
    --------
    >>> import custvalue as cv
    >>> [focus.value for focus in cv.Focus]
    ['select', 'acquire', 'retain', 'expand']
    """

    SELECT = "select", "客户选择"
    ACQUIRE = "acquire", "客户获取"
    RETAIN = "retain", "客户保持"
    EXPAND = "expand", "客户价值扩展"


class Stage(Scale):
    """How far someone has come as a customer, in eight stages.

    After Kotler's customer-development ladder (suspect, prospect, first-time, repeat, client, …,
    partner), with stages of their own for those who recommend and those who bring others.

    Examples
    --------
    >>> import custvalue as cv
    >>> cv.Stage.REPEAT < cv.Stage.PARTNER, cv.Stage.SUSPECT.label(lang="zh")
    (True, '猜想客户')
    """

    SUSPECT = "suspect", "猜想客户"
    PROSPECT = "prospect", "预期客户"
    FIRST_TIME = "first-time", "首次购买客户"
    REPEAT = "repeat", "重复购买客户"
    LONG_TERM = "long-term", "长期客户"
    ADVOCATE = "advocate", "拥护者"
    STRATEGIC = "strategic", "战略客户"
    PARTNER = "partner", "合作伙伴"

    @property
    def focus(self) -> Focus:
        """What this stage calls for.

        Examples
        --------
        >>> import custvalue as cv
        >>> cv.Stage.PROSPECT.focus
        <Focus.ACQUIRE: 'acquire'>
        """
        return _FOCUS[self]


# Chosen: whom nobody has approached is selected, whom we want to sell to is acquired,
# who buys is retained, and who brings more than orders is a value to expand.
_FOCUS = {
    Stage.SUSPECT: Focus.SELECT,
    Stage.PROSPECT: Focus.ACQUIRE,
    Stage.FIRST_TIME: Focus.ACQUIRE,
    Stage.REPEAT: Focus.RETAIN,
    Stage.LONG_TERM: Focus.RETAIN,
    Stage.ADVOCATE: Focus.EXPAND,
    Stage.STRATEGIC: Focus.EXPAND,
    Stage.PARTNER: Focus.EXPAND,
}
