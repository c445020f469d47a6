import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vectorstores.postgres.text import is_valid_text
from vectorstores.search.rewriting import clean


@pytest.mark.parametrize(
    ("reply", "query"),
    [
        ("wombat diet", "wombat diet"),
        ("  wombat diet\n", "wombat diet"),
        ("wombat\r\n\n\tdiet", "wombat diet"),
        ('"wombat diet"', "wombat diet"),
        ("'wombat diet'", "wombat diet"),
        ("`wombat diet`", "wombat diet"),
        ("```\nwombat diet\n```", "wombat diet"),
        ("“wombat diet”", "wombat diet"),
        ("„Ernährung des Wombats“", "Ernährung des Wombats"),
        ("« régime du wombat »", "régime du wombat"),
        ("「ウォンバットの食事」", "ウォンバットの食事"),
        ("\"'wombat diet'\"", "wombat diet"),
        ('"wombat" or "diet"', '"wombat" or "diet"'),
        ('"wombat" diet', '"wombat" diet'),
        ("wombats' diet'", "wombats' diet'"),
        ('"', '"'),
        ("<think>He asks of wombats.</think>wombat diet", "wombat diet"),
        ("<think>\nHe asks.\n\n</think>\n\nwombat diet", "wombat diet"),
        ("He asks of wombats.</think>\nwombat diet", "wombat diet"),
        ("<think>He asks of wombats, and", ""),
        ("<think>a</think><think>b</think>wombat diet", "wombat diet"),
        ("wombat\x00 diet\x1b", "wombat diet"),
        ("wombat \ud83d diet", "wombat diet"),
        ("", ""),
    ],
)
def test_a_reply_becomes_a_query(reply: str, query: str):
    assert clean(reply) == query


@given(st.text(st.characters(exclude_categories=[])))
@example('""')
@example("``````")
@example("\ud800\n\x00")
def test_a_cleaned_query_is_one_storable_line(reply: str):
    query = clean(reply)

    assert query.splitlines() in ([], [query])
    assert is_valid_text(query)
    assert query == query.strip()
    assert len(query) <= len(reply)
    assert clean(query) == query
