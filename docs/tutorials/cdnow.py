"""From raw orders to a call list, on the orders of CDNOW: `python docs/tutorials/cdnow.py`."""

# %% [markdown]
# # CDNOW: from raw orders to a call list
#
# CDNOW sold music by mail. This page takes the orders of 23,570 of its customers, as they came,
# and ends with the people to call tomorrow morning. It takes about fifteen minutes.
#
# Everybody here first bought in the first quarter of 1997, and is followed until mid-1998. The data
# is that of Fader and Hardie. It lies in an old wheel, of which nothing is imported:
# `pip install --no-deps lifetimes==0.11.3`. The pictures need `pip install "custvalue[plot]"`.
#
# ## 1. Read the orders

# %%
from importlib.metadata import distribution
from textwrap import fill

import pandas as pd

import custvalue as cv
from custvalue import plotting

file = distribution("lifetimes").locate_file("lifetimes/datasets/CDNOW_master.txt")
orders = pd.read_csv(
    str(file),
    sep=r"\s+",
    header=0,
    names=["customer_id", "date", "cds", "amount"],
    parse_dates=["date"],
    date_format="%Y%m%d",
)
print(orders.head(3).to_string(index=False))

# %% [markdown]
# Each row is an order, as there is no order id. The log takes them, and accounts for every row.

# %%
log = cv.OrderLog.from_frame(orders)
print(log)
print(f"{len(orders):,} rows were given, {log.ledger['orders']:,} became orders")

# %% [markdown]
# ## 2. How few bring how much?
#
# We look at the end of the last day. `as_of` says so; nothing here reads the clock.

# %%
DAY = "1998-06-30"
review = cv.review(log, as_of=DAY)
spread = review.concentration
print(f"the top 20% of customers hold {spread.share_of_top(0.2):.1%} of the revenue")
print(f"{spread.customers_for(0.8):.1%} of customers hold 80% of it")
plotting.lorenz_curve(spread)

# %% [markdown]
# Not 80/20: 68/20. It is a figure to look up, not one to assume.
#
# ## 3. Do tiers hold?
#
# A tier is worth something if it tells about tomorrow. So we go nine months back, learn the tiers
# on what was known then, and ask who ordered again.

# %%
THEN = "1997-09-30"
revenue = log.customers(THEN)["revenue"]
rule = cv.tiers.ABC.fit(revenue, as_of=THEN, measure="revenue")
tiers = rule.classify(revenue)
again = log.ordered_between(THEN, DAY)
report = cv.tier_report(tiers, revenue, rule=rule, retained=again)
print(report[["customers", "floor", "share_of_value", "retention"]].round(3).to_string())
plotting.tier_bars(report)

# %% [markdown]
# Of the A customers half came back, of the C customers one in seven. The line between A and B is a
# number, and it can be kept: `cv.to_dict(rule)`.
#
# ## 4. How far have they come?

# %%
print(review.funnel["customers"].to_string())
print(*review.notes, sep="\n")
plotting.stage_funnel(review.funnel)

# %% [markdown]
# Half of them bought once. The note is part of the answer: orders alone cannot show who recommends
# the shop.
#
# ## 5. From which silence on is somebody asleep?
#
# The log knows how many silences of each length have ended with an order. From that the review has
# learned when customers get drowsy, half-asleep and asleep: when their chance of an order within 90
# days has fallen to a half, a quarter and a tenth of what it is on the day of an order.

# %%
print(fill(review.sleep_policy.explain(100), 96))
print(review.states.round(3).to_string())
silences = cv.ReturnCurve.from_log(log, as_of=DAY)
plotting.return_curve(silences, policy=review.sleep_policy)

# %% [markdown]
# ## 6. Would that have been right?
#
# Go back to four days of the past, and learn from what was known then. Predict that everybody awake
# or drowsy orders within 90 days. See who did.

# %%
policies = {"30, 60, 90 days": cv.SleepPolicy(30, 60, 90), "learned": cv.churn.SleepLearner()}
quarters = ["1997-06-30", "1997-09-30", "1997-12-31", "1998-03-31"]
judged = cv.backtest(log, policies, cutoffs=quarters, within=90)
print(judged[["false_discovery_rate", "miss_rate", "lift"]].round(2).to_string())
plotting.backtest(judged, ratio="miss_rate")

# %% [markdown]
# Read both rates. The round numbers give up early: they miss almost six in ten of those who came
# back. The learned thresholds miss fewer, and hope for more who do not come. Neither is right:
# which one to take depends on what a miss costs.
#
# The first row of `learned` is a warning. By June 1997 nobody could have been silent for long, so
# nothing could be learned about long silences, and everybody counted as awake or drowsy. Nobody is
# missed that way, and nobody told apart. A lift of 1 says so.
#
# ## 7. What to do with whom?
#
# Tier, segment, stage and state together call for a measure. The playbook says which. It is a
# table, and [yours to change](../how-to/change-the-playbook.md).

# %%
measures = review.measures.query("customers > 0")
print(measures.round(3).to_string())

# %% [markdown]
# ## 8. Whom to wake, with a budget?
#
# The question is whom a contact *changes*. Only a control group can tell, and this file has none.
# So the uplifts below are **made up**: of 100 half-asleep customers a letter wins 4 more, a parcel
# with a sample 10. The budget is 250.
# [Decide whom to wake](../how-to/decide-whom-to-wake-with-a-budget.md) shows how to measure yours.

# %%
offers = [
    cv.waking.Offer(
        "letter", "music", "mail", 0.5, {"half-asleep": 0.04, "asleep": 0.01}, margin_share=0.3
    ),
    cv.waking.Offer(
        "parcel", "music", "mail", 3.0, {"half-asleep": 0.10, "asleep": 0.02}, margin_share=0.3
    ),
]
customers = review.customers
sleepers = customers[customers["state"].isin(["half-asleep", "asleep"])]
plan = cv.wake_up(
    sleepers, sleepers["state"], offers, sleepers["chance_of_return"], within=90, budget=250
)
print(plan["offer"].value_counts().to_string())
for name in ("cost", "expected_gain", "unspent", "at_most_missed"):
    print(f"{name:15} {plan.attrs[name]:8.2f}")

# %% [markdown]
# Most sleep on: for them a letter does not win what it costs, or the money ended before. No other
# way to spend it would gain more than `at_most_missed` on top. Who gains most?

# %%
first = plan[plan["wake"]].nlargest(5, "expected_gain")
shown = sleepers[["state", "average_order_value", "chance_of_return"]].loc[first.index]
print(shown.join(first[["offer", "expected_gain"]]).round(2).to_string())

# %% [markdown]
# ## 9. Whom to call tomorrow?
#
# The measure `call` is for good customers who have only begun to be silent. There is room for 40
# calls a day. No call was ever recorded here, so nobody has a last contact.

# %%
TOMORROW = "1998-07-01"
to_call = customers[customers["measure"] == "call"]
never = pd.Series(pd.NaT, index=to_call.index)
calls = cv.care.due_contacts(
    to_call, never, as_of=TOMORROW, value=to_call["revenue"], daily_capacity=40
)
print(f"{len(calls):,} to call, the last of them on {calls['contact_on'].max():%Y-%m-%d}")

morning = calls.index[calls["contact_on"] == TOMORROW]
columns = ["tier", "stage", "state", "orders", "revenue", "days_since_last_order"]
print(to_call.loc[morning, columns].head(10).to_string())

# %% [markdown]
# That is the list: most valuable first. Who calls will want to know why, and each row can say so.

# %%
for line in review.explain(morning[0]).splitlines():
    print(fill(line.partition(". ")[0], 96, subsequent_indent="    "))

# %% [markdown]
# The day after, the calls made are the last contacts. Those 40 step back, and the next 40 come up.

# %%
made = never.mask(never.index.isin(morning), pd.Timestamp(TOMORROW))
next_day = cv.care.due_contacts(
    to_call, made, as_of="1998-07-02", value=to_call["revenue"], daily_capacity=40
)
print("next:", next_day.index[:5].tolist())
print("again on:", f"{next_day.loc[morning[0], 'due_on']:%Y-%m-%d}")

# %% [markdown]
# ## What this page did not say
#
# Revenue is not profit. If you know the margins, give them to the log as amounts.
#
# A call may change nothing. Leave some of the list uncalled, by lot, and compare.
#
# And all of this rests on customers who came in one quarter. Yours came in many.
#
# The [how-to guides](../how-to/index.md) take each step further.
# [Evaluating a churn model](churn-model.md) goes on from step 6.
