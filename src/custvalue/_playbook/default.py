"""The measures the default playbook knows, and its rows: who gets which, and why."""

from custvalue._condition_makers import equals, is_true, missing, one_of
from custvalue._scale import Label
from custvalue._table import Row


class Measure(Label):
    """What to do with a customer next, as `DEFAULT_PLAYBOOK` answers.

    ===============  ==============================================================
    screen           compare with whom you serve before you spend anything
    win-first-order  help the first order along, or let go by a date
    welcome          show what the first order gained, and make the next one easy
    serve-first      extras that others do not get
    involve          thank, ask for advice, do business together
    larger-orders    bundles, a threshold for free delivery
    more-orders      reasons to come between the large orders
    develop          find out what else they need
    serve-cheaply    self-service, no visits
    remind           a message that costs next to nothing
    call             a person asks how it went
    solve-problem    find out what was not solved, and solve it
    wake             an offer, where it is worth it (`wake_up`)
    let-go           spend nothing; whoever comes back is welcome
    ===============  ==============================================================

    Examples
    --------
    >>> import custvalue as cv
    >>> cv.Measure.LET_GO.value, cv.Measure.SERVE_FIRST.label(lang="zh")
    ('let-go', '优先服务')
    """

    SCREEN = "screen", "筛选"
    WIN_FIRST_ORDER = "win-first-order", "促成首单"
    WELCOME = "welcome", "迎新"
    SERVE_FIRST = "serve-first", "优先服务"
    INVOLVE = "involve", "深化合作"
    LARGER_ORDERS = "larger-orders", "提高单次金额"
    MORE_ORDERS = "more-orders", "增加购买次数"
    DEVELOP = "develop", "培育"
    SERVE_CHEAPLY = "serve-cheaply", "低成本服务"
    REMIND = "remind", "提醒"
    CALL = "call", "专人回访"
    SOLVE_PROBLEM = "solve-problem", "解决问题"
    WAKE = "wake", "唤醒"
    LET_GO = "let-go", "放手"


_BUT_LAPSING = ("new", "general-value", "high-value", "many-small-orders", "few-large-orders")

TOP = {"top_tier": is_true()}
OTHERS = {"top_tier": equals(False)}  # noqa: FBT003 - a value, not a switch

NEVER_ORDERED = {"state": missing()}
AWAKE = {"state": equals("awake")}
DROWSY = {"state": equals("drowsy")}
HALF_ASLEEP = {"state": equals("half-asleep")}
ASLEEP = {"state": equals("asleep")}
NOT_ASLEEP = {"state": one_of("awake", "drowsy", "half-asleep")}
SILENT = {"state": one_of("drowsy", "half-asleep", "asleep")}

# A suspect or prospect has no order, and so no state: they are here to leave no combination open.
BUYERS = {"stage": one_of("suspect", "prospect", "first-time", "repeat", "long-term")}
OCCASIONAL = {"stage": one_of("suspect", "prospect", "first-time", "repeat")}
SETTLED = {"stage": one_of("suspect", "prospect", "repeat", "long-term")}
FIRST_TIME = {"stage": equals("first-time")}
LONG_TERM = {"stage": equals("long-term")}
BEYOND_BUYING = {"stage": one_of("advocate", "strategic", "partner")}

# So is the segment of prospects beside a state.
LITTLE = {"segment": one_of("prospect", "low-value")}
MAIN = {"segment": one_of("general-value", "high-value")}
MAIN_OR_LITTLE = {"segment": one_of("prospect", "low-value", "general-value", "high-value")}
NEW = {"segment": equals("new")}
LAPSING = {"segment": equals("lapsing")}
SMALL = {"segment": equals("many-small-orders")}
LARGE = {"segment": equals("few-large-orders")}
NOT_LAPSING = {"segment": one_of(*_BUT_LAPSING, "prospect", "low-value")}
WORTH_AN_OFFER = {"segment": one_of(*_BUT_LAPSING)}
WORTH_A_LATE_OFFER = {"segment": one_of(*_BUT_LAPSING, "lapsing")}

# After practitioners' texts on CRM: new and lapsing customers need opposite care; main customers
# get extras, the frequent are raised in value, the potential developed, and those who contribute
# little let go a little; a stage calls to select, acquire, retain or expand. Which silence calls
# for which measure is chosen.
ROWS = (
    Row(
        {**NEVER_ORDERED, "stage": equals("suspect")},
        Measure.SCREEN,
        because="nobody has approached them, so see first whether they are whom you serve",
    ),
    Row(
        {**NEVER_ORDERED, "stage": equals("prospect")},
        Measure.WIN_FIRST_ORDER,
        because="the first order is the hardest step, and who stalls needs help or an end",
    ),
    Row(
        {**NEVER_ORDERED, "stage": one_of("first-time", "repeat", "long-term")},
        Measure.REMIND,
        because="orders are known of but not their days, and a message does no harm",
    ),
    Row(
        {**NEVER_ORDERED, **BEYOND_BUYING},
        Measure.INVOLVE,
        because="they bring business without an order of their own",
    ),
    Row(
        {**AWAKE, **BEYOND_BUYING},
        Measure.INVOLVE,
        because="they bring more than orders: their word, other customers, business",
    ),
    Row(
        {**SILENT, **BEYOND_BUYING},
        Measure.CALL,
        because="who brings others is owed a person's question, not a mailing",
    ),
    Row(
        {**NOT_ASLEEP, **BUYERS, **LAPSING},
        Measure.SOLVE_PROBLEM,
        because="something was not solved in time, and they can often be won back",
    ),
    Row(
        {**AWAKE, **FIRST_TIME, **NOT_LAPSING},
        Measure.WELCOME,
        because="the hardest step is done, and whether a second follows is open",
    ),
    Row({**AWAKE, **SETTLED, **NEW}, Measure.WELCOME, because="new customers are still cautious"),
    Row(
        {**AWAKE, **SETTLED, **SMALL},
        Measure.LARGER_ORDERS,
        because="they come often and spend little each time",
    ),
    Row(
        {**AWAKE, **SETTLED, **LARGE},
        Measure.MORE_ORDERS,
        because="they spend much each time and come rarely",
    ),
    Row(
        {**AWAKE, **SETTLED, **MAIN_OR_LITTLE, **TOP},
        Measure.SERVE_FIRST,
        because="they bring the most, and extras that others do not get keep them",
    ),
    Row(
        {**AWAKE, **SETTLED, **MAIN, **OTHERS},
        Measure.DEVELOP,
        because="they buy, and may come to bring more",
    ),
    Row(
        {**AWAKE, **SETTLED, **LITTLE, **OTHERS},
        Measure.SERVE_CHEAPLY,
        because="they bring little, so serving them must cost little",
    ),
    Row(
        {**DROWSY, **BUYERS, **NOT_LAPSING, **TOP},
        Measure.CALL,
        because="they bring the most, so a person asks before silence becomes habit",
    ),
    Row(
        {**DROWSY, **LONG_TERM, **NOT_LAPSING, **OTHERS},
        Measure.CALL,
        because="they bought for so long that silence is news",
    ),
    Row(
        {**DROWSY, **OCCASIONAL, **NOT_LAPSING, **OTHERS},
        Measure.REMIND,
        because="silence has only begun, and a message costs next to nothing",
    ),
    Row(
        {**HALF_ASLEEP, **BUYERS, **NOT_LAPSING, **TOP},
        Measure.SOLVE_PROBLEM,
        because="they bring the most, and do not fall silent without a reason",
    ),
    Row(
        {**HALF_ASLEEP, **LONG_TERM, **NOT_LAPSING, **OTHERS},
        Measure.SOLVE_PROBLEM,
        because="they bought for so long that silence has a reason",
    ),
    Row(
        {**HALF_ASLEEP, **OCCASIONAL, **WORTH_AN_OFFER, **OTHERS},
        Measure.WAKE,
        because="they are worth an offer, if it gains more than it costs",
    ),
    Row(
        {**HALF_ASLEEP, **OCCASIONAL, **LITTLE, **OTHERS},
        Measure.REMIND,
        because="they brought little, so a message is all it should cost",
    ),
    Row(
        {**ASLEEP, **BUYERS, **TOP},
        Measure.WAKE,
        because="they brought the most, and are worth an offer if it gains more than it costs",
    ),
    Row(
        {**ASLEEP, **LONG_TERM, **OTHERS},
        Measure.WAKE,
        because="they bought for long, and are worth an offer if it gains more than it costs",
    ),
    Row(
        {**ASLEEP, **OCCASIONAL, **WORTH_A_LATE_OFFER, **OTHERS},
        Measure.WAKE,
        because="they are worth an offer, if it gains more than it costs",
    ),
    Row(
        {**ASLEEP, **OCCASIONAL, **LITTLE, **OTHERS},
        Measure.LET_GO,
        because="they brought little and are gone: what they would cost is better spent on others",
    ),
)
