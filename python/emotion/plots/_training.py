"""How a training run went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from ._axes import GREY

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def curves(axes: Axes, epochs: ArrayLike, columns: Mapping[str, ArrayLike], title: str) -> Axes:
    """A line for each column over the epochs. epochs: (n,). columns: label to (n,), NaN where there is no value."""
    for label, values in columns.items():
        axes.plot(np.asarray(epochs), np.asarray(values), "o-", markersize=2.5, linewidth=1.2, label=label)
    axes.locator_params(axis="x", integer=True)
    axes.set(xlabel="epoch", title=title)
    axes.grid(axis="y", color=GREY, linewidth=0.5)
    axes.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    return axes
