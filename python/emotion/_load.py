"""Brings in the C++ module, and with it LibTorch's shared libraries, without importing the torch package."""

from __future__ import annotations

import ctypes
import importlib
import importlib.metadata
import importlib.util
from pathlib import Path
from types import ModuleType


def load_core() -> ModuleType:
    """The module emotion._core.

    Its libraries find LibTorch beside the package (both in one site-packages). Where torch lies elsewhere, as in a
    virtual environment on top of another one, its libraries are loaded first, from wherever torch is.
    """
    try:
        return importlib.import_module("emotion._core")
    except ImportError as error:
        if "undefined symbol" in str(error):
            raise _misfit(error) from error
        if "libtorch" not in str(error) and "libc10" not in str(error):
            raise
        first = error
    folder = torch_folder()
    if folder is None:
        raise ImportError("emotion needs LibTorch, which comes with the package torch: pip install torch") from first
    try:
        for name in ("libc10.so", "libtorch_cpu.so", "libtorch.so"):
            ctypes.CDLL(str(folder / "lib" / name), mode=ctypes.RTLD_GLOBAL)
        return importlib.import_module("emotion._core")
    except (ImportError, OSError) as error:
        raise _misfit(error) from error


def _misfit(error: Exception) -> ImportError:
    return ImportError(
        f"emotion does not fit the installed torch {torch_version()}; install it again in this environment, from its "
        f"checkout: pip install --no-build-isolation --no-deps --force-reinstall . ({error})"
    )


def torch_folder() -> Path | None:
    """Where the package torch lies, without importing it."""
    specification = importlib.util.find_spec("torch")
    if specification is None or specification.origin is None:
        return None
    return Path(specification.origin).parent


def torch_version() -> str:
    try:
        return importlib.metadata.version("torch")
    except importlib.metadata.PackageNotFoundError:
        return "(of unknown version)"
