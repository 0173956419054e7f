"""Comparing arms: the estimators, and the tidy statistics every table and figure is drawn from."""

from afterload.study.ard import Results as Results
from afterload.study.ard import Statistic as Statistic
from afterload.study.ard import collect as collect
from afterload.study.complications import complications as complications
from afterload.study.curves import survival as survival
from afterload.study.design import Design as Design
from afterload.study.design import Item as Item
from afterload.study.design import Outcome as Outcome
from afterload.study.design import Study as Study
from afterload.study.groups import Groups as Groups
from afterload.study.outcomes import outcomes as outcomes
from afterload.study.table import baseline as baseline

__all__ = [
    "Design",
    "Groups",
    "Item",
    "Outcome",
    "Results",
    "Statistic",
    "Study",
    "baseline",
    "collect",
    "complications",
    "outcomes",
    "survival",
]
