"""The Chromium of the system, driven by playwright; playwright's own browsers are never downloaded."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_HOW = "no Chromium on the PATH; on Debian: apt-get install chromium"


def executable() -> str:
    """Where it lies. Without one the test is skipped, with CI=true it fails."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None and os.environ.get("CI") == "true":
        pytest.fail(_HOW)
    if found is None:
        pytest.skip(_HOW)
    return found


@contextmanager
def running_browser() -> Iterator[Browser]:
    """One browser with a new profile, until the block ends."""
    arguments = ["--disable-gpu", "--disable-dev-shm-usage"]
    # Chromium's sandbox needs another user than root; what it shows here is our own.
    sandbox = os.geteuid() != 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable(), headless=True, chromium_sandbox=sandbox, args=arguments
        )
        try:
            yield browser
        finally:
            browser.close()
