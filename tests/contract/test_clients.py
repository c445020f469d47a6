"""Every helper of every client, against a live server and worker. docs/api.md has the table."""

import pytest

from tests.contract.clients import table
from tests.contract.clients.matrix import STRICT, Matrix, tried
from tests.contract.clients.roster import CLIENTS
from tests.contract.clients.rows import ROWS
from tests.live import StartService

pytestmark = pytest.mark.timeout(1200)  # the first time, the clients are installed
NEWEST = "openai 3.52.0"


@pytest.fixture(scope="module")
def matrix(whole_service: StartService) -> Matrix:
    with whole_service(**STRICT) as live:
        return tried(live)


@pytest.mark.parametrize("heading", [client.heading for client in CLIENTS])
def test_every_call_of_a_client_works(matrix: Matrix, heading: str):
    failed = {
        row: tried["detail"] for row, tried in matrix[heading].items() if tried["outcome"] != "pass"
    }

    if failed:
        pytest.fail(
            "\n".join(f"--- {row}\n{detail}" for row, detail in failed.items()), pytrace=False
        )


def test_the_newest_client_tries_everything_and_no_other_tries_more(matrix: Matrix):
    assert sorted(matrix[NEWEST]) == sorted(ROWS)
    assert {row for outcomes in matrix.values() for row in outcomes} == set(ROWS)


def test_the_table_in_the_documentation_is_what_came_out(matrix: Matrix):
    # After a change: .venv/bin/python -m tests.contract.clients.table --write
    assert table.written() == table.table(matrix)
