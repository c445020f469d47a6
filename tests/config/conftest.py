"""Fixtures for tests of the service's own pages."""

from collections.abc import Iterator

import pytest
from django.db import connection

from tests.live import free_port


@pytest.fixture
def no_database(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Point the settings at a Postgres that refuses connections."""
    connection.close()
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "PORT", str(free_port()))
        yield
        connection.close()
