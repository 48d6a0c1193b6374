"""Answers for a competition: one line for each picture, in the form that Kaggle takes.

>>> report = submit("test_kaggle", "submission.csv")
>>> check("submission.csv", "test_kaggle")
[]

docs/kaggle.md says what is answered where no face is found, and how classes are named.
"""

from __future__ import annotations

from ._classes import CLASSES, UNCERTAIN, UNCERTAIN_BELOW, Classes
from ._score import Score, check, read_answers, score
from ._submit import SubmissionReport, submit

__all__ = [
    "CLASSES",
    "UNCERTAIN",
    "UNCERTAIN_BELOW",
    "Classes",
    "Score",
    "SubmissionReport",
    "check",
    "read_answers",
    "score",
    "submit",
]
