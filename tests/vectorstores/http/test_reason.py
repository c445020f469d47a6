import pytest

from vectorstores.http.client import LONGEST_REASON, read_reason


@pytest.mark.parametrize(
    "body",
    [
        b'{"error": {"message": "too many requests", "type": "x"}}',
        b'{"error": "too many requests"}',
        b'{"message": "too many requests", "code": 429}',
        b'{"detail": "too many requests"}',
        b"too many\n requests",
    ],
)
def test_a_reason_is_found_where_services_put_it(body: bytes):
    assert read_reason(body, secret="") == "too many requests"


def test_a_reason_is_a_short_line_even_of_a_long_page():
    reason = read_reason(b"<p>\xff" * 1000, secret="")

    assert len(reason) == LONGEST_REASON


def test_a_secret_is_redacted_even_where_the_reason_is_cut():
    body = b"x" * (LONGEST_REASON - 5) + b"sk-abcdef"

    reason = read_reason(body, secret="sk-abcdef")

    assert "sk-" not in reason


@pytest.mark.parametrize("bad", [r"\u0000", r"\ud83d", r"\u001b", r"\u0085"])
def test_control_characters_and_lone_surrogates_become_spaces(bad: str):
    body = b'{"error": "too many%s requests"}' % bad.encode()

    assert read_reason(body, secret="") == "too many requests"


def test_silence_is_called_silence():
    assert read_reason(b"", secret="") == "no reason given"


def test_a_reason_without_a_bottom_is_shown_as_it_is():
    assert read_reason(b"[" * 100_000, secret="") == "[" * LONGEST_REASON
