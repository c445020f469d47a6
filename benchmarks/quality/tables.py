"""Marks as tables, in Markdown."""

from collections.abc import Mapping, Sequence

from benchmarks.quality.metrics import BUDGET, DEPTH, Marks, mean

HEADINGS = (
    "recall@1",
    f"recall@{DEPTH}",
    f"MRR@{DEPTH}",
    f"nDCG@{DEPTH}",
    f"in {BUDGET:,} tokens",
)


def table(title: str, first: str, rows: Mapping[str, Sequence[Marks]]) -> None:
    """Print the marks of all questions. `rows` is by the text of the first column."""
    print(f"\n### {title}\n\n| {first} | questions | {' | '.join(HEADINGS)} |")
    print("|---" * (2 + len(HEADINGS)) + "|")
    for name, some in rows.items():
        means = mean(some)
        cells = (means.recall_1, means.recall_10, means.mrr, means.ndcg, means.in_budget)
        print(f"| {name} | {len(some)} | {' | '.join(f'{cell:.3f}' for cell in cells)} |")
