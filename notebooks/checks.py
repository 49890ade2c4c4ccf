"""Compares values of a notebook with independently computed ones, and counts the comparisons.

A check that has nothing to compare fails. run.py fails a notebook that does not end with a report.
"""

import numpy as np
import pandas
from IPython.display import Markdown

MOST_SHOWN = 5


class Checks:
    """The checks of one notebook."""

    def __init__(self):
        self._compared = {}

    def same(self, what, computed, stored, within=0.0):
        """Fails unless two columns (or tables) have the same rows and values.

        Rows of a Series or DataFrame are matched by its index, others by their place. `within` is
        the greatest allowed difference of numbers. Unknown values (NaN, None) are equal to each
        other.
        """
        computed, stored = _column(computed), _column(stored)
        assert len(computed) + len(stored) > 0, (
            f"Cannot check {what}: there is nothing to compare. "
            "Choose days or a warehouse with such data."
        )
        assert computed.index.is_unique, f"{what}: a row is computed twice"
        assert stored.index.is_unique, f"{what}: a row is stored twice"
        only_here = computed.index.difference(stored.index, sort=False)
        only_there = stored.index.difference(computed.index, sort=False)
        assert len(only_here) + len(only_there) == 0, (
            f"{what}: {len(only_here)} rows are only computed {_some(only_here)}, "
            f"{len(only_there)} only stored {_some(only_there)}"
        )
        stored = stored.reindex(computed.index)
        unknown = computed.isna() & stored.isna()
        if within > 0:
            equal = (computed.astype(float) - stored.astype(float)).abs() <= within
        else:
            equal = computed.astype(object) == stored.astype(object)
        wrong = computed.index[~(equal.fillna(False).astype(bool) | unknown)]
        assert len(wrong) == 0, (
            f"{what}: {len(wrong)} of {len(computed)} values differ, "
            f"such as {_some(wrong)}: first {computed.loc[wrong[0]]} here, "
            f"{stored.loc[wrong[0]]} stored"
        )
        assert not unknown.all(), f"Cannot check {what}: all {len(computed)} values are unknown."
        self._compared[what] = int((~unknown).sum())

    def holds(self, what, conditions):
        """Fails unless all conditions of a non-empty array hold."""
        conditions = np.ravel(np.asarray(conditions, dtype=bool))
        self.same(what, conditions, np.ones(len(conditions), dtype=bool))

    def report(self):
        """Returns the numbers of compared values. Fails if nothing was compared."""
        total = sum(self._compared.values())
        assert total > 0, "Cannot report the checks: nothing was compared."
        lines = [f"- {what}: {values:,}" for what, values in self._compared.items()]
        lines.append(f"\nCompared: {total:,} values in {len(lines)} checks, all equal.")
        return Markdown("\n".join(lines))


def _column(values):
    """Returns values as a Series; a table has one row per cell."""
    if isinstance(values, pandas.DataFrame):
        values = values.stack(future_stack=True)
    elif not isinstance(values, pandas.Series):
        values = pandas.Series(np.atleast_1d(values))
    return values


def _some(rows):
    return list(rows[:MOST_SHOWN])
