"""Reports: aligned, at most 100 columns wide, in two languages; user data is never markup."""

import unicodedata
from html.parser import HTMLParser

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import custvalue as cv
from custvalue._reviews.report import WIDTH, Report, Sheet, printable
from custvalue.examples import example_orders

SLEEP = cv.SleepPolicy(30, 60, 90)
TAGS = {"p", "h4", "table", "tr", "th", "td", "em"}


def wide(text) -> int:
    """Return the columns of a text in a terminal, counted apart from the library."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


class Reader(HTMLParser):
    """Collect the tags and the text of a page."""

    def __init__(self, page) -> None:
        super().__init__()
        self.tags, self.attributes, self.text = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs) -> None:
        """Note a tag."""
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data) -> None:
        """Note a text."""
        self.text.append(data)


EVIL = "<script>alert('x')</script>"


class Tier(cv.Scale):
    """A scale whose names are made to break things."""

    LOW = "a\nb|<b>", "很长很长很长很长很长很长很长很长很长很长的层级名称"
    HIGH = EVIL, "甲"


class Care(cv.Label):
    """Measures named likewise."""

    SPEND = "<img src=x onerror=alert(1)>"
    SAVE = "sa\x1b[31mve\u202e"


def review_of_evil() -> cv.Review:
    """Return a review in which everything a user can name is out to break the page."""
    ids = [EVIL, "b\nb", EVIL, EVIL, "c\x1b[2J"]
    orders = example_orders().assign(customer_id=ids, currency=EVIL)
    playbook = cv.Playbook(
        [
            cv.Row({"top_tier": cv.is_true()}, Care.SPEND, because="<i>we</i>\nlike them"),
            cv.Row({"top_tier": cv.equals(False)}, Care.SAVE),
        ]
    )
    return cv.review(
        cv.OrderLog.from_frame(orders, currency="currency"),
        as_of="2026-03-01",
        sleep=SLEEP,
        tier_rule=cv.Bands(Tier, (50,), measure="revenue", unit=EVIL),
        playbook=playbook,
    )


def compared(review) -> "cv.reviews.Comparison":
    """Return the comparison of a review with one of an earlier day."""
    orders = example_orders().assign(customer_id=[EVIL, "b\nb"] * 2 + [EVIL], currency=EVIL)
    earlier = cv.review(
        cv.OrderLog.from_frame(orders, currency="currency"),
        as_of="2026-01-31",
        sleep=SLEEP,
        tier_rule=review.tier_rule,
        playbook=review.playbook,
    )
    return cv.reviews.compare(earlier, review)


@pytest.mark.parametrize("make", [review_of_evil, lambda: compared(review_of_evil())])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_data_is_text_in_html(make, lang):
    """Names, ids and currencies with markup in them are read back as the text they are."""
    page = Reader(make().to_html(lang=lang))
    assert set(page.tags) <= TAGS
    assert page.attributes == []
    if lang == "en":
        assert EVIL in page.text or any(EVIL in text for text in page.text)
    assert not any(unicodedata.category(c) in ("Cc", "Cf") for text in page.text for c in text)


@pytest.mark.parametrize("make", [review_of_evil, lambda: compared(review_of_evil())])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_data_keeps_its_place_in_text(make, lang):
    """No name breaks a line, moves the cursor, or makes a line wider than 100 columns."""
    for line in make().to_text(lang=lang).splitlines():
        assert all(c.isprintable() for c in line)
        assert wide(line) <= WIDTH


def test_control_characters_are_spelt_out():
    """An explanation has six lines, whatever stands in an id."""
    review = review_of_evil()
    for customer in review.customers.index:
        lines = review.explain(customer).split("\n")
        assert len(lines) == 6
        assert all(line.isprintable() for line in lines)
    assert review.explain("b\nb").startswith(r"Customer b\nb as of 2026-03-01")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zoë Müller", "Zoë Müller"),
        ("张\u3000三", "张\u3000三"),
        ("a\tb\r\n", r"a\tb\r\n"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("evil\u202etxt", r"evil\u202etxt"),
        ("\ud800", r"\ud800"),
    ],
)
def test_printable(text, expected):
    """Letters of any script stay; what steers a terminal or turns text around does not."""
    assert printable(text) == expected


@settings(max_examples=60)
@given(
    sentence=st.text(max_size=250),
    headings=st.lists(st.text(max_size=40).map(lambda text: f"x {text}"), min_size=1, max_size=9),
    rows=st.integers(1, 3),
    cell=st.text(max_size=60),
)
def test_any_report_is_at_most_100_columns_wide(sentence, headings, rows, cell):
    """Whatever words come, lines are narrow enough, and all cells are there."""
    table = Sheet("table", headings, [[cell] * len(headings)] * rows)
    told = Report([sentence], [table], []).as_text()
    for line in told.split("\n"):
        assert wide(line) <= WIDTH


def test_a_table_too_wide_goes_on_below():
    """Columns that do not fit stand under the others, each time beside the labels."""
    numbers = [f"{n}" * 25 for n in range(1, 6)]
    table = Sheet("Sums", ["who", "a", "b", "c", "d", "e"], [["ann", *numbers]])
    lines = Report([], [table], []).as_text().split("\n")
    assert lines == [
        "Sums",
        "who" + "".join(" " * 26 + name for name in "abc"),
        "ann  " + "  ".join(numbers[:3]),
        "who" + "".join(" " * 26 + name for name in "de"),
        "ann  " + "  ".join(numbers[3:]),
    ]


def test_columns_are_aligned_and_headings_broken():
    """Labels stand left, numbers right under headings of as many lines as they need."""
    table = Sheet("T", ["tier", "share of value"], [["甲乙", "84.6%"], ["C", "–"]])
    assert Report(["One."], [table], ["Note: two."]).as_text() == (
        "One.\n\nT\n      share of\ntier     value\n甲乙     84.6%\nC            –\n\nNote: two."
    )


def test_a_review_of_the_example_orders():
    """The report as it is printed, to the last space."""
    log = cv.OrderLog.from_frame(example_orders().assign(currency="EUR"), currency="currency")
    told = cv.review(log, as_of="2026-03-01", sleep=SLEEP).to_text()
    assert told.startswith(
        """\
Review as of 2026-03-01: 2 customers, revenue 90.50 EUR.
The top 20% of customers hold 82.9% of it; 50.0% hold 80%.
Gini 0.329.

Tiers
                  share of         share of      mean    lowest                        nominal
tier  customers  customers  value     value     value     value  unprofitable  floor     share
A             1      50.0%  75.00     82.9%     75.00     75.00             0  75.00     80.0%
B             1      50.0%  15.50     17.1%     15.50     15.50             0  15.50     95.0%
C             0       0.0%   0.00      0.0%         –         –             0      –         –

Value segments
"""
    )


def test_printing_shows_every_table():
    """The report holds all tiers, segments, stages, states and measures, as text and as HTML."""
    review = cv.review(cv.OrderLog.from_frame(example_orders()), as_of="2026-03-01", sleep=SLEEP)
    enums = (cv.ABCTier, cv.ValueSegment, cv.Stage, cv.ChurnState, cv.Measure)
    for shown in (str(review), repr(review), review._repr_html_()):
        for label in [label for labels in enums for label in labels]:
            assert str(label) in shown
        assert "2026-03-01" in shown
        assert "90.50" in shown
    chinese = review.to_text(lang="zh")
    for label in [label for labels in enums for label in labels]:
        assert label.label(lang="zh") in chinese
    assert "客户评审,截至 2026-03-01" in review.to_html(lang="zh")


def test_headings_are_all_translated():
    """No table of a review or a comparison has an English heading in Chinese."""
    log = cv.OrderLog.from_frame(example_orders())
    reviews = [cv.review(log, as_of=day, sleep=SLEEP) for day in ("2026-01-20", "2026-03-01")]
    for told in (reviews[1], cv.reviews.compare(*reviews)):
        for sheet in told._report("zh").sheets:
            for word in (sheet.title, *sheet.headings):
                assert not any("a" <= c <= "z" for c in word), word


@pytest.mark.parametrize("lang", ["de", None, "EN"])
def test_other_languages(lang):
    """There are two languages, and an error says which."""
    log = cv.OrderLog.from_frame(example_orders())
    review = cv.review(log, as_of="2026-03-01", sleep=SLEEP)
    for tell in (review.to_text, review.to_html):
        with pytest.raises(cv.InputError, match=f"^lang must be 'en' or 'zh', got {lang!r}$"):
            tell(lang=lang)


def test_what_is_undefined_is_not_printed_as_a_number():
    """A base that loses money has no shares and no Gini coefficient, and the report says none."""
    orders = example_orders().assign(amount=[1.0, 2.0, 3.0, -50.0, -5.0])
    review = cv.review(cv.OrderLog.from_frame(orders), as_of="2026-03-01", sleep=SLEEP)
    assert "nan" not in str(review).lower()
    assert "Gini" not in str(review)
    assert "2 customers, revenue -49.00." in str(review)


def test_pandas_options_change_nothing():
    """A report does not depend on how a user shows frames."""
    log = cv.OrderLog.from_frame(example_orders())
    review = cv.review(log, as_of="2026-03-01", sleep=SLEEP)
    before = str(review), review.to_html()
    with pd.option_context("display.max_rows", 2, "display.max_columns", 2, "display.width", 20):
        assert (str(review), review.to_html()) == before
