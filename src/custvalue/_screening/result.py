"""What a screening found, as a table and in words."""

from collections.abc import Hashable, Mapping
from html import escape
from typing import Any

import attrs
import pandas as pd

from custvalue._containers import NAMED_ROWS, has_hash, is_missing
from custvalue._words import say_count, say_some
from custvalue.errors import InputError

MOST_SHOWN = 10
LEAST_SAID = 0.0001


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Screening:
    """Which indicators have influence on one target, and which were set aside; made by `screen`.

    Attributes
    ----------
    table : DataFrame indexed by ``indicator``, in the order of the columns
        ``share_of_influence`` float64 [share], sums to 1 over those kept, NaN for the others;
        ``auc`` float64, how often a positive's value exceeds a negative's, ties counting half, of
        known values as they are, from 0 to 1 (1/2: no influence); ``missing_auc`` float64, the
        same of being missing; ``known`` int64 [rows]; ``direction``, which values positives have:
        "higher" (of dates: later), "lower", "by category", "none"; ``q_value`` float64 [share];
        ``suspect`` bool; ``reason`` text, empty for those kept. What cannot be told is NaN.
    redundant : tuple of tuples
        Groups of kept indicators that say much the same, each led by the one of most influence:
        their rank correlation with it, over the rows known in both, is at least `redundant`. On
        5,000 rows evenly spread where there are more. Categories without order take no part.
    positives, negatives : int [rows]
        How the target came out.

    Notes
    -----
    **AUC of categories.** They have no order, so each is ranked by its share of positives, in
    every pair of a positive and a negative without these two rows (leave-pair-out). So many
    categories of few rows have no influence by themselves, and chance comes out at 1/2.

    **Share of influence.** Of all pairs of a positive and a negative, Somers' D is by how much
    more fall one way than the other: ``2 * auc - 1`` of the pairs of which both are known, and
    ``2 * missing_auc - 1`` of all for those of which one is. Their absolute sum is what the
    indicator can tell apart by itself, from 0 to 1. The share is in proportion to its square times
    ``1 - q_value`` [chosen]: so hundreds of indicators that tell next to nothing, as luck does, do
    not outweigh the few that tell. Where every q-value is 1, it is in proportion to the square.
    Each is measured alone; redundant ones each have the full measure.

    **q-value.** Of all indicators with at most that q, at most that share is there by luck:
    Benjamini and Hochberg's, over all that could be tested. The test is Mann and Whitney's, with
    ties and continuity corrected, or Pearson's chi-squared for categories; Fisher's exact one
    where there is too little for these. Where some are missing, being missing is tested too, and
    the smaller p-value doubled.

    References
    ----------
    J. A. Hanley and B. J. McNeil (1982), The meaning and use of the area under a receiver
    operating characteristic (ROC) curve. Radiology 143, 29-36.
    R. H. Somers (1962), A new asymmetric measure of association for ordinal variables. American
    Sociological Review 27, 799-811.
    A. Airola, T. Pahikkala, W. Waegeman, B. De Baets and T. Salakoski (2011), An experimental
    comparison of cross-validation techniques for estimating the area under the ROC curve.
    Computational Statistics & Data Analysis 55, 1828-1844 (leave-pair-out).
    Y. Benjamini and Y. Hochberg (1995), Controlling the false discovery rate. Journal of the
    Royal Statistical Society B 57, 289-300.

    Examples
    --------
    >>> import custvalue as cv
    >>> import pandas as pd
    >>> indicators = pd.DataFrame({"visits": [4, 2, 3, 1], "language": ["de", "fr", "de", "fr"]})
    >>> screening = cv.screen(indicators, [True, True, False, False])
    >>> screening.table["auc"].to_dict()
    {'visits': 0.75, 'language': 0.5}
    >>> print(screening)
    2 indicators of 4 rows, 2 of them positive: 2 kept, 0 set aside.
     share    AUC       q  indicator
    100.0%  0.750  1.0000  visits (higher)
      0.0%  0.500  1.0000  language (none)
    """

    table: pd.DataFrame
    redundant: tuple[tuple[Hashable, ...], ...]
    positives: int
    negatives: int
    _doubts: Mapping[Hashable, str]

    @property
    def kept(self) -> list[Any]:
        """The names of the indicators to go on with, in the order of the columns.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> indicators = pd.DataFrame(
        ...     {"visits": [4, 2, 3, 1], "language": ["de", "fr", "de", "fr"]}
        ... )
        >>> screening = cv.screen(indicators, [True, True, False, False])
        >>> screening.kept
        ['visits', 'language']
        """
        return self.table.index[~self.table["suspect"]].tolist()

    @property
    def suspects(self) -> list[Any]:
        """The names of the indicators set aside for this target, in the order of the columns.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> indicators = pd.DataFrame(
        ...     {"visits": [4, 2, 3, 1], "language": ["de", "fr", "de", "fr"]}
        ... )
        >>> screening = cv.screen(indicators, [True, True, False, False])
        >>> screening.suspects
        []
        """
        return self.table.index[self.table["suspect"]].tolist()

    @property
    def notes(self) -> tuple[str, ...]:
        """What could not be told, and what to look at, in sentences.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> cv.screen(pd.DataFrame({"visits": [4, 2]}), [True, True]).notes[0]
        'Nothing can be told, as all 2 rows are positive.'
        """
        notes = []
        if not (self.positives and self.negatives):
            held = "positive" if self.positives else "negative"
            rows = f"all {self.rows:,} rows are" if self.rows > 1 else "the only row is"
            told = f"{rows} {held}" if self.rows else "there are no rows"
            notes.append(f"Nothing can be told, as {told}.")
        if self._doubts:
            notes.append(
                "Kept, though too good to be true if it is no luck in so few rows: "
                f"{say_some(list(self._doubts), NAMED_ROWS)}."
            )
        notes += [
            f"These say much the same: {say_some(group, NAMED_ROWS)}."
            for group in self.redundant[:NAMED_ROWS]
        ]
        if len(self.redundant) > NAMED_ROWS:
            more = say_count(len(self.redundant) - NAMED_ROWS, "more group", "more groups")
            notes.append(f"So {'does' if more.startswith('1 ') else 'do'} {more}.")
        return tuple(notes)

    @property
    def rows(self) -> int:
        """How many rows were looked at.

        Examples
        --------
        >>> import custvalue as cv, pandas as pd
        >>> indicators = pd.DataFrame(
        ...     {"visits": [4, 2, 3, 1], "language": ["de", "fr", "de", "fr"]}
        ... )
        >>> screening = cv.screen(indicators, [True, True, False, False])
        >>> screening.rows
        4
        """
        return self.positives + self.negatives

    def explain(self, name: Hashable) -> str:
        """Return why an indicator was kept or set aside, in a few sentences.

        Parameters
        ----------
        name : hashable
            Of a column that was screened.

        Returns
        -------
        str

        Raises
        ------
        InputError
            When no such column was screened.

        Examples
        --------
        >>> import custvalue as cv
        >>> import pandas as pd
        >>> screening = cv.screen(pd.DataFrame({"vip": [1, 1, 0, 0]}), [1, 1, 0, 0])
        >>> print(screening.explain("vip"))
        vip: set aside for this target: identical to the target in every row, which may be luck in
        so few rows. Known in 4 of 4 rows; AUC 1.000, q 0.3333.
        """
        rows = self.table.to_dict("index")
        if not has_hash(name) or name not in rows:
            msg = f"explain takes the name of an indicator that was screened, got {name!r}"
            raise InputError(msg)
        row = rows[name]
        share = row["share_of_influence"]
        if row["suspect"]:
            verdict = f"set aside for this target: {row['reason']}"
        elif is_missing(share):
            verdict = "kept; its influence cannot be told"
        else:
            verdict = f"kept, with {share:.1%} of the influence ({row['direction']})"
        sentences = [f"{name}: {verdict}."]
        if name in self._doubts:
            sentences.append(f"In so few rows this may be luck: {self._doubts[name]}.")
        told = f"Known in {row['known']:,} of {say_count(self.rows, 'row', 'rows')}"
        sentences.append(f"{told}; AUC {_say(row['auc'], '.3f')}, q {_say_q(row['q_value'])}.")
        for group in self.redundant:
            if name in group:
                others = [other for other in group if other != name]
                sentences.append(f"Says much the same as {say_some(others, NAMED_ROWS)}.")
        return " ".join(sentences)

    def __str__(self) -> str:
        return "\n".join([self._headline(), *self._best(), *self._set_aside(), *self.notes])

    def __repr__(self) -> str:
        return f"<Screening: {self._headline()}>"

    def _repr_html_(self) -> str:
        """Show the table, best first, and what there is to say about it."""
        best_first = self.table.sort_values("share_of_influence", ascending=False, kind="stable")
        said = (self._headline(), *self.notes)
        return "".join(f"<p>{escape(line)}</p>" for line in said) + best_first.to_html()

    def _headline(self) -> str:
        count = say_count(len(self.table), "indicator", "indicators")
        return (
            f"{count} of {say_count(self.rows, 'row', 'rows')}, {self.positives:,} of them "
            f"positive: {len(self.kept):,} kept, {len(self.suspects):,} set aside."
        )

    def _best(self) -> list[str]:
        """Return the indicators of most influence, a line each."""
        kept = self.table[~self.table["suspect"]]
        if not len(kept):
            return []
        best_first = kept.sort_values("share_of_influence", ascending=False, kind="stable")
        lines = [" share    AUC       q  indicator"]
        for name, row in best_first.head(MOST_SHOWN).iterrows():
            share = _say(row["share_of_influence"], ".1%")
            auc, q_value = _say(row["auc"], ".3f"), _say_q(row["q_value"])
            lines.append(f"{share:>6} {auc:>6} {q_value:>7}  {name} ({row['direction']})")
        if len(kept) > MOST_SHOWN:
            lines.append(f"and {len(kept) - MOST_SHOWN:,} more")
        return lines

    def _set_aside(self) -> list[str]:
        reasons = self.table.loc[self.table["suspect"], "reason"]
        lines = [
            f"Set aside: {name}: {reason}." for name, reason in reasons.head(MOST_SHOWN).items()
        ]
        more = len(reasons) - MOST_SHOWN
        return [*lines, f"Set aside: {more:,} more."] if more > 0 else lines


def _say(number: float, form: str) -> str:
    return "–" if is_missing(number) else format(number, form)


def _say_q(q_value: float) -> str:
    return f"<{LEAST_SAID}" if q_value < LEAST_SAID else _say(q_value, ".4f")
