from pathlib import Path

import pytest

from tests.web_support import Web, open_web


@pytest.fixture
def web(tmp_path: Path) -> Web:
    return open_web(tmp_path)
