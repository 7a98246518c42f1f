"""A good argument made hostile, and what must come of a call with it."""

import dis
import warnings
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

import custvalue as cv
from hostile_values import CELLS, COLUMNS, NUMBERS, ODD_INDEX, SCALARS, generators

PACKAGE = str(Path(cv.__file__).parent)
FEWEST_WORDS = 4


def as_column(name: str, like: Any) -> Any:
    """Return a hostile column as long as another, with its index where it is a Series."""
    column = COLUMNS[name](len(like))
    if isinstance(column, pd.Series) and isinstance(like, pd.Series):
        column.index = like.index
        column.name = like.name
    return column


# --- hostile arguments ---------------------------------------------------------------------------


def spoil(data: Any, call: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the arguments of a good call with one or two made hostile, frames the likeliest."""
    args, kwargs = list(call.args), dict(call.kwargs)
    frames = [place for place, good in enumerate(args) if isinstance(good, pd.DataFrame)]
    places = st.sampled_from([*range(len(args)), *kwargs, *5 * frames])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas may warn while the trap is laid
        for place in data.draw(st.lists(places, min_size=1, max_size=2, unique=True)):
            given: Any = kwargs if isinstance(place, str) else args
            given[place] = data.draw(hostile(given[place]))
    return tuple(args), kwargs


@st.composite
def hostile(draw: st.DrawFn, good: Any) -> Any:
    """Draw something else in place of a good argument: the nearer to it, the likelier."""
    ways = [_anything]
    if isinstance(good, pd.DataFrame):
        ways = [_odd_frame] * 4 + [_anything]
    elif isinstance(good, pd.Series | np.ndarray | pd.Index | pd.Categorical):
        ways = [_odd_column] * 4 + [_anything]
    elif isinstance(good, list | tuple):
        ways = [_odd_list] * 2 + [_odd_column] + [_anything]
    elif isinstance(good, Mapping):
        ways = [_odd_mapping] * 2 + [_anything]
    elif isinstance(good, bool | str | int | float | Decimal):
        ways = [_odd_number, _anything]
    return draw(st.sampled_from(ways))(draw, good)


def _anything(draw: st.DrawFn, good: Any) -> Any:
    name = draw(st.sampled_from((*SCALARS, "generator", "iterator", "column")))
    if name == "column":
        return COLUMNS[draw(st.sampled_from(sorted(COLUMNS)))](draw(st.sampled_from((0, 1, 3))))
    if name in SCALARS:
        return SCALARS[name]
    return generators(good if isinstance(good, list | tuple) else [1, 2])[name]


def _odd_number(draw: st.DrawFn, _: Any) -> Any:
    return NUMBERS[draw(st.sampled_from(sorted(NUMBERS)))]


def _odd_column(draw: st.DrawFn, good: Any) -> Any:
    how = draw(st.sampled_from(("replace", "replace", "replace", "cell", "length", "index")))
    if how == "replace":
        return as_column(draw(st.sampled_from(sorted(COLUMNS))), good)
    if how == "cell":
        return _with_odd_cell(draw, good)
    if how == "length":
        return good[: draw(st.sampled_from((0, 1, len(good) - 1)))]
    if not isinstance(good, pd.Series):
        return good[::-1]
    return good.set_axis(ODD_INDEX[draw(st.sampled_from(sorted(ODD_INDEX)))](len(good)))


def _with_odd_cell(draw: st.DrawFn, good: Any) -> Any:
    """Return the column as objects, with one thing among them that does not belong there."""
    cells: Any = np.empty(len(good), dtype=object)
    cells[:] = list(good)
    if len(cells):
        row = draw(st.integers(0, len(cells) - 1))
        cells[row] = SCALARS[draw(st.sampled_from(CELLS))]
    if isinstance(good, pd.Series):
        return pd.Series(cells, index=good.index, name=good.name, dtype=object)
    return cells


def _odd_list(draw: st.DrawFn, good: Any) -> Any:
    items = list(good)
    how = draw(st.sampled_from(("item", "item", "empty", "twice", "reversed", "set")))
    if how == "item" and items:
        place = draw(st.integers(0, len(items) - 1))
        items[place] = SCALARS[draw(st.sampled_from(CELLS))]
    elif how == "empty":
        items = []
    elif how == "twice":
        items += items
    elif how == "reversed":
        items = items[::-1]
    else:
        return dict(enumerate(items))
    return type(good)(items) if type(good) in (list, tuple) else items


def _odd_mapping(draw: st.DrawFn, good: Any) -> Any:
    items = dict(good)
    how = draw(st.sampled_from(("value", "value", "key", "more", "empty", "pairs", "proxy")))
    if how in ("value", "key") and items:
        key = draw(st.sampled_from(list(items)))
        odd = SCALARS[draw(st.sampled_from(sorted(SCALARS)))]
        if how == "value":
            items[key] = odd
        else:
            items[odd if _can_be_hashed(odd) else None] = items.pop(key)
    elif how == "more":
        items["nobody asked for this"] = 1
    elif how == "empty":
        items = {}
    elif how == "pairs":
        return list(items.items())
    else:
        return MappingProxyType(items)
    return items


def _can_be_hashed(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _odd_frame(draw: st.DrawFn, good: pd.DataFrame) -> pd.DataFrame:
    ways = (_odd_cells,) * 6 + (_other_columns,) * 2 + (_few_rows, _odd_rows, _odd_names, _turned)
    return draw(st.sampled_from(ways))(draw, good.copy())


def _odd_cells(draw: st.DrawFn, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with a hostile column, or a hostile cell, in place of a good one."""
    name = draw(st.sampled_from(list(frame.columns)))
    odd = draw(st.sampled_from((None, *COLUMNS)))
    column = _with_odd_cell(draw, frame[name]) if odd is None else as_column(odd, frame[name])
    if not isinstance(column, pd.Series):
        column = _one_column(column, frame.index)
    if draw(st.sampled_from((False, False, True))):
        frame = frame.astype(object)
    return frame.assign(**{name: column})


def _other_columns(draw: st.DrawFn, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with a column less, a column twice, or one nobody asked for."""
    name = draw(st.sampled_from(list(frame.columns)))
    how = draw(st.sampled_from(("drop", "twice", "more")))
    if how == "drop":
        return frame.drop(columns=name)
    if how == "twice":
        return pd.concat([frame, frame[[name]]], axis="columns")
    return frame.assign(**{"nobody asked for this": 1})


def _few_rows(draw: st.DrawFn, frame: pd.DataFrame) -> pd.DataFrame:
    return frame.iloc[: draw(st.sampled_from((0, 1, 2)))]


def _odd_rows(draw: st.DrawFn, frame: pd.DataFrame) -> pd.DataFrame:
    return frame.set_axis(ODD_INDEX[draw(st.sampled_from(sorted(ODD_INDEX)))](len(frame)))


def _odd_names(draw: st.DrawFn, frame: pd.DataFrame) -> pd.DataFrame:
    names = {
        "multi": pd.MultiIndex.from_product([frame.columns, ["x"]]),
        "numbers": pd.RangeIndex(len(frame.columns)),
        "categories": pd.CategoricalIndex(frame.columns),
        "mixed": pd.Index([*frame.columns[:-1], 1], dtype=object),
    }
    return frame.set_axis(names[draw(st.sampled_from(sorted(names)))], axis="columns")


def _turned(_: st.DrawFn, frame: pd.DataFrame) -> pd.DataFrame:
    return frame.iloc[::-1, ::-1]


def _one_column(values: Any, index: pd.Index) -> pd.Series:
    """Return any container as a column of objects, whatever stands in its cells."""
    cells = np.empty(len(index), dtype=object)
    for row, value in zip(range(len(index)), values, strict=False):
        cells[row] = value
    return pd.Series(cells, index=index)


# --- what must come of it ------------------------------------------------------------------------


def check_outcome(call: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call, and raise AssertionError unless it answers, or refuses in a sentence of ours.

    Neither a warning nor a changed input is ever right. Returns the answer, or the error.
    """
    given = (*args, *kwargs.values())
    before = [_describe(value) for value in given]
    outcome: Any = None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            outcome = call(*args, **kwargs)
        except (cv.CustValueError, TypeError) as error:
            outcome = error
    if isinstance(outcome, cv.CustValueError | TypeError):
        _check_sentence(outcome)
    assert [_describe(value) for value in given] == before, "changed its input"
    return outcome


def check_raised(call: Callable[[], Any]) -> Any:
    """Call; raise the error it answers with, once that is seen to be one of ours."""
    outcome = check_outcome(call, (), {})
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def _check_sentence(error: Exception) -> None:
    """Check that an error was raised by the package, on purpose, and says something."""
    trace = error.__traceback__
    assert trace is not None
    while trace.tb_next is not None:
        trace = trace.tb_next
    code = trace.tb_frame.f_code
    where = f"{code.co_filename}:{trace.tb_lineno}"
    assert where.startswith(PACKAGE), f"raised outside of the package, in {where}: {error}"
    on_purpose = code.co_code[trace.tb_lasti] == dis.opmap["RAISE_VARARGS"]
    assert on_purpose, f"no raise stands in {where}: {error}"
    assert len(str(error).split()) >= FEWEST_WORDS, f"says too little: {error}"


def _describe(value: Any) -> Any:
    """Return all that can be told of an argument, so that a change of it is seen."""
    if isinstance(value, pd.DataFrame):
        columns = [value.iloc[:, place] for place in range(value.shape[1])]
        return [_describe(part) for part in (value.columns, value.index, *columns)]
    if isinstance(value, pd.Series):
        return [repr(value.dtype), _describe(value.index), *map(repr, value.array)]
    if isinstance(value, pd.Index | np.ndarray):
        names = list(getattr(value, "names", value.shape))
        return [repr(value.dtype), names, *map(repr, np.ravel(value))]
    if isinstance(value, list | set):
        return [*map(id, value)]
    return [*map(id, (*value, *value.values()))] if isinstance(value, dict) else None
