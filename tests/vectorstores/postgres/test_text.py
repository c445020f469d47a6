import pytest

from vectorstores.postgres.text import is_valid_text, replace_invalid


@pytest.mark.parametrize("text", ["", "plain", "Kündigungsfrist", "😀", "\n\t\x7f", "\ufffe"])
def test_text_that_postgres_can_store_is_valid(text: str):
    assert is_valid_text(text)


@pytest.mark.parametrize("text", ["\0", "plain\0", "é\0", "\ud83d", "é\udfff", "\udfff\ud800"])
def test_nul_and_lone_surrogates_are_not_valid(text: str):
    assert not is_valid_text(text)


@pytest.mark.parametrize(
    ("text", "replaced"),
    [
        ("Kündigungsfrist 😀\n", "Kündigungsfrist 😀\n"),
        ("a\0b", "a\ufffdb"),
        ("\udfff\ud800 é", "\ufffd\ufffd é"),
    ],
)
def test_invalid_characters_are_replaced_and_others_stay(text: str, replaced: str):
    assert replace_invalid(text) == replaced
    assert is_valid_text(replaced)
