"""A headless Chromium that reaches this computer alone; skips where there is none."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest


@contextlib.contextmanager
def started(folder: Path, *more: str) -> Iterator:
    """Gives selenium's driver. folder: for its profile. more: further options, without their --."""
    webdriver = pytest.importorskip("selenium.webdriver")
    programs = shutil.which("chromium") or shutil.which("google-chrome"), shutil.which("chromedriver")
    if None in programs:
        pytest.skip("no headless Chromium: packages chromium and chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = programs[0]
    common = ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage", "window-size=1400,1250")
    for option in (*common, f"user-data-dir={folder}", *more):
        options.add_argument(f"--{option}")
    options.add_argument("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")  # nothing leaves this computer
    browser = webdriver.Chrome(options, webdriver.ChromeService(programs[1]))
    try:
        browser.set_page_load_timeout(60)
        yield browser
    finally:
        browser.quit()


def keep(browser, name: str, part=None) -> bytes:
    """A picture of the page or a part, also for whoever wants to look, where EMOTION_TEST_PICTURES names a folder."""
    picture = browser.get_screenshot_as_png() if part is None else part.screenshot_as_png
    folder = os.environ.get("EMOTION_TEST_PICTURES")
    if folder:
        Path(folder, f"{name}.png").write_bytes(picture)
    return picture
