"""The modules of Google Colab that emotion.notebook asks, where there is no Colab."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from typing import Any

import pytest


def pretend(monkeypatch: pytest.MonkeyPatch, eval_js: Callable[[str], Any]) -> None:
    """Until the test ends. eval_js: takes a script for the browser and gives what it comes to."""
    output = types.ModuleType("google.colab.output")
    output.eval_js = eval_js
    for name in ("google", "google.colab"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    monkeypatch.setitem(sys.modules, output.__name__, output)
    monkeypatch.setattr("emotion.notebook._colab.in_colab", lambda: True)
