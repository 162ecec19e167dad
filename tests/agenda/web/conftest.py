from pathlib import Path

import pytest

from tests.agenda.web.demo import open_demo
from tests.web_support import Web, open_web


@pytest.fixture
def web(tmp_path: Path) -> Web:
    return open_web(tmp_path)


@pytest.fixture
def demo(tmp_path: Path) -> Web:
    return open_demo(tmp_path)
