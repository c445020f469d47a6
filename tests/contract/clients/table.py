"""The outcomes, as the table in docs/api.md.

Run python -m tests.contract.clients.table [--write] to call everything, and print or write it.
"""

import argparse
import sys
from collections.abc import Iterator

from tests.contract.clients.matrix import STRICT, Matrix, Outcome, tried
from tests.contract.clients.rows import GROUPS
from tests.live import ROOT, service

PAGE = ROOT / "docs" / "api.md"
BEGIN, END = "<!-- clients: begin -->\n", "<!-- clients: end -->\n"
SIGNS = {"pass": "✓", "fail": "✗"}
LACKING = "\N{EN DASH}"


def table(matrix: Matrix) -> str:
    return "".join(_lines(matrix))


def _lines(matrix: Matrix) -> Iterator[str]:
    yield _line("", *matrix)
    yield _line("---", *[":-:"] * len(matrix))
    for (title, prefix), names in GROUPS.items():
        yield _line(f"**{title}** `{prefix}`" if prefix else f"**{title}**", *[""] * len(matrix))
        for name in names:
            signs = (_sign(outcomes, prefix + name) for outcomes in matrix.values())
            yield _line(f"`{name}`", *signs)


def written() -> str:
    """Return the table as the page has it."""
    return PAGE.read_text().split(BEGIN)[1].split(END)[0]


def write(text: str) -> None:
    before, rest = PAGE.read_text().split(BEGIN)
    PAGE.write_text(before + BEGIN + text + END + rest.split(END)[1])


def _sign(outcomes: dict[str, Outcome], row: str) -> str:
    return SIGNS[outcomes[row]["outcome"]] if row in outcomes else LACKING


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Call the API with every client; print the table.")
    parser.add_argument("--write", action="store_true", help="write it to docs/api.md instead")
    options = parser.parse_args()
    with service(**STRICT) as live:
        outcome = table(tried(live))
    write(outcome) if options.write else sys.stdout.write(outcome)
