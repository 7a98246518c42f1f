"""Pictures of what the library returns, each on matplotlib's axes.

It needs matplotlib, which the extra ``plot`` brings: ``pip install "custvalue[plot]"``. Nothing
else in custvalue imports it.

Every function draws on the axes given as ``ax``, or on those of a new figure, and returns them. It
shows and saves nothing, changes no setting of matplotlib's and nothing it is given. Where there is
nothing to draw, the axes say so in a sentence. Labels are English: the font that comes with
matplotlib has no Chinese letters.

The colours can be told apart with every common kind of colour vision (M. Okabe and K. Ito, 2002,
Color universal design; B. Wong, 2011, Points of view: color blindness, Nature Methods 8, 441).
A shape, a line style or a place tells the same.
"""

from importlib.util import find_spec

if find_spec("matplotlib") is None:
    msg = 'custvalue.plotting needs matplotlib: pip install "custvalue[plot]"'
    raise ModuleNotFoundError(msg, name="matplotlib")

from custvalue._plotting.concentration import lorenz_curve, whale_curve
from custvalue._plotting.offers import basket_heatmap, mix_brief, mix_coverage
from custvalue._plotting.predictions import calibration, gains, influence, thresholds
from custvalue._plotting.silences import backtest, return_curve
from custvalue._plotting.stages import movement, repeat_curve, stage_funnel
from custvalue._plotting.value import tier_bars, value_matrix

__all__ = [
    "backtest",
    "basket_heatmap",
    "calibration",
    "gains",
    "influence",
    "lorenz_curve",
    "mix_brief",
    "mix_coverage",
    "movement",
    "repeat_curve",
    "return_curve",
    "stage_funnel",
    "thresholds",
    "tier_bars",
    "value_matrix",
    "whale_curve",
]
