"""See landbooking.period."""

from landbooking.period import STEP, Period, clock_names, closing_instant, gaps, joined, local_period, opening_instant

__all__ = ["STEP", "Period", "clock_names", "closing_instant", "gaps", "joined", "local_period", "opening_instant"]
