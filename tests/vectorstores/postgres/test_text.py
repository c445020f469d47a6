import pytest

from vectorstores.postgres.text import is_valid_text


@pytest.mark.parametrize("text", ["", "plain", "Kündigungsfrist", "😀", "\n\t\x7f", "\ufffe"])
def test_text_that_postgres_can_store_is_valid(text: str):
    assert is_valid_text(text)


@pytest.mark.parametrize("text", ["\0", "plain\0", "é\0", "\ud83d", "é\udfff", "\udfff\ud800"])
def test_nul_and_halves_of_surrogate_pairs_are_not(text: str):
    assert not is_valid_text(text)
