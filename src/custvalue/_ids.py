"""Ids of any hashable dtype as whole numbers that sort like the ids, and back."""

from typing import Any

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

LARGEST_INT32 = np.iinfo(np.int32).max
NUMBERS = ("integer", "floating", "mixed-integer-float", "decimal", "int", "float", "Decimal")
KINDS = {"string": "text", "str": "text"} | dict.fromkeys(NUMBERS, "numbers")
SAMPLE = 1 << 14  # rows that show how a column holds its objects
ROOMY = 4  # whole-number ids may span this many times their count before they are hashed


@attrs.frozen(eq=False)
class Ids:
    """Each row's id as a code: codes compare as the ids do; -1 where the id is missing.

    Not every code below `span` needs to occur. Ids that do not compare with each other get codes
    in order of appearance.
    """

    codes: npt.NDArray[np.integer[Any]]
    span: int
    _uniques: "pd.Index[Any] | None"
    _base: int
    _dtype: Any
    _name: Any

    def take(self, codes: npt.NDArray[np.integer[Any]]) -> "pd.Index[Any]":
        """Return the ids of these codes, in the dtype they were given in."""
        if self._uniques is None:
            whole = codes.astype(np.int64)
            whole += self._base
            ids: pd.Index[Any] = pd.Index(whole, self._dtype, copy=False, name=self._name)
            return ids
        return self._uniques.take(codes).rename(self._name)

    def places(self) -> npt.NDArray[np.int32]:
        """Return for each code its position among the codes that occur."""
        occurs = np.zeros(self.span, dtype=np.bool_)
        occurs[self.codes] = True
        return np.cumsum(occurs, dtype=np.int32) - np.int32(1)

    def missing(self) -> npt.NDArray[np.bool_] | None:
        """Return where the id is missing; None: nowhere."""
        return self.codes < 0 if self.codes.min(initial=0) < 0 else None


def read_ids(column: "pd.Series[Any] | pd.Index[Any]") -> Ids:
    """Code a column of ids. Missing values and empty strings are missing."""
    dtype: Any = column.dtype
    if pd.api.types.is_integer_dtype(dtype) and len(column):
        close = _offset(column)
        if close is not None:
            return close
    if isinstance(dtype, pd.CategoricalDtype):
        return _categories(column)
    objects = _holds_objects(column)
    values: Any = column.to_numpy() if objects or isinstance(dtype, np.dtype) else column.array
    if dtype.kind == "f" and not isinstance(dtype, np.dtype):  # may hold NaN besides missing ones
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    try:
        if objects and _shared(values):
            return _by_address(values, column)
        codes, uniques = pd.factorize(values)
        ids = pd.Index(uniques, dtype=dtype, tupleize_cols=False)
    except (TypeError, NotImplementedError) as error:
        msg = f"{column.name} must hold ids that can be hashed, got others: {error}"
        raise TypeError(msg) from error
    return _ranked(codes, ids, column.name)


def sorted_places(ids: "pd.Index[Any]") -> npt.NDArray[np.intp]:
    """Return numbers that sort like the ids; in order of appearance if these do not compare."""
    flat = ids.to_flat_index() if isinstance(ids, pd.MultiIndex) else ids
    return read_ids(flat).codes.astype(np.intp)


def kind_of_ids(ids: "pd.Index[Any]") -> str | None:
    """Name the kind of ids: "text", "numbers", or their type; None for none, or several kinds."""
    if isinstance(ids, pd.CategoricalIndex):
        return kind_of_ids(ids.categories)
    if len(ids) and ids.inferred_type in KINDS:
        return KINDS[ids.inferred_type]
    kinds = {KINDS.get(kind.__name__, kind.__name__) for kind in set(map(type, ids))}
    return kinds.pop() if len(kinds) == 1 else None


def _holds_objects(column: "pd.Series[Any] | pd.Index[Any]") -> bool:
    """Tell whether a column is an array of Python objects, as strings are without Arrow."""
    dtype: Any = column.dtype
    return pd.api.types.is_object_dtype(dtype) or getattr(dtype, "storage", None) == "python"


def _shared(objects: npt.NDArray[np.object_]) -> bool:
    """Tell by some rows whether equal ids are often one object, as readers of files make them."""
    some = objects[:: 1 + len(objects) // SAMPLE]
    some = some[pd.notna(some)]
    met_again = len(some) - len(pd.unique(_addresses(some)))
    return 0 < len(some) - len(pd.unique(some)) <= 4 * met_again  # a quarter pays already


def _by_address(objects: npt.NDArray[np.object_], column: "pd.Series[Any] | pd.Index[Any]") -> Ids:
    """Code shared objects by where they lie: only one row of each is read and hashed."""
    codes, distinct = pd.factorize(_addresses(objects), size_hint=1)  # a small table stays cached
    row = np.empty(len(distinct), dtype=np.intp)
    row[codes] = np.arange(len(codes))
    ids = read_ids(column.take(row))
    return attrs.evolve(ids, codes=ids.codes[codes])


def _addresses(objects: npt.NDArray[np.object_]) -> npt.NDArray[np.intp]:
    """Return what an array of objects holds: where each of them lies."""
    return np.frombuffer(np.ascontiguousarray(objects), dtype=np.intp)


def _offset(column: "pd.Series[Any] | pd.Index[Any]") -> Ids | None:
    """Code whole numbers by their distance from the smallest, where they lie close together."""
    missing = None if isinstance(column.dtype, np.dtype) else np.asarray(column.isna())
    if missing is not None and missing.all():
        return None
    known = column if missing is None else column[~missing]
    low, high = int(known.min()), int(known.max())
    if high - low >= max(ROOMY * len(column), 1 << 16) or high > np.iinfo(np.int64).max:
        return None
    filled = column.to_numpy() if missing is None else column.to_numpy(np.int64, na_value=low)
    narrow = high - low < LARGEST_INT32
    codes: npt.NDArray[Any] = np.empty(len(column), dtype=np.int32 if narrow else np.int64)
    np.subtract(filled, low, out=codes, dtype=np.int64, casting="unsafe")
    if missing is not None:
        codes[missing] = -1
    return Ids(codes, high - low + 1, None, low, column.dtype, column.name)


def _categories(column: "pd.Series[Any] | pd.Index[Any]") -> Ids:
    """Code categoricals by the order of their categories; unused ones get no customer."""
    categorical = pd.Categorical(column)
    ids = pd.CategoricalIndex(
        pd.Categorical.from_codes(np.arange(len(categorical.categories)), dtype=column.dtype)  # type: ignore[call-overload]
    )
    return _without_empty(categorical.codes, ids, column.name)


def _ranked(codes: npt.NDArray[np.integer[Any]], uniques: "pd.Index[Any]", name: object) -> Ids:
    """Renumber codes so that they sort like their ids, where these compare."""
    try:
        order = _sorting(uniques)
    except (TypeError, ValueError, NotImplementedError):  # as of periods, or Arrow dictionaries
        return _without_empty(codes, uniques, name)
    rank = np.empty(len(order) + 1, dtype=np.int32 if len(order) < LARGEST_INT32 else np.int64)
    rank[order] = np.arange(len(order))
    rank[-1] = -1
    return _without_empty(rank[codes], uniques.take(order), name)


def _sorting(uniques: "pd.Index[Any]") -> npt.NDArray[np.intp]:
    """Return the permutation that sorts ids; Python sorts its own objects faster than numpy."""
    if _holds_objects(uniques):
        return np.array(sorted(range(len(uniques)), key=uniques.tolist().__getitem__), np.intp)
    return uniques.argsort()


def _without_empty(
    codes: npt.NDArray[np.integer[Any]], uniques: "pd.Index[Any]", name: object
) -> Ids:
    """Count the empty string as missing."""
    if uniques.dtype.kind in "OU":
        known = uniques.notna()  # some Arrow columns hold what is missing as an id of its own
        empty = np.flatnonzero(np.asarray((uniques == "") & known, dtype=np.bool_))
        if len(empty):
            codes = np.where(codes == empty[0], -1, codes)
    return Ids(codes, max(len(uniques), 1), uniques, 0, uniques.dtype, name)
