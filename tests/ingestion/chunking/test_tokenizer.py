import gzip
import random
import time
from itertools import pairwise

import pytest
import tiktoken

from ingestion.chunking import tokenizer
from ingestion.chunking.tokenizer import count_tokens, pieces, token_sizes
from vectorstores import cl100k

# The name under which tiktoken looks for cl100k_base in its cache.
CACHED_AS = "9b5ad71b2ce5302211f9c61530b329a4922fc6a4"
ALPHABET = [
    *"ab1 \n\r\t.,'(_é漢한😀²ⅷ",
    *("\u0301", "\u00a0", "\u3000", "\x85", "\x1c", "\u200b"),
    *("  ", "\n\n", "'ll", "(((", "12345", " a", " b", " 1", "\n ", "'s "),
]


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> tiktoken.Encoding:
    """Return cl100k_base as tiktoken makes it, from the cache it would download to."""
    cache = tmp_path_factory.mktemp("tiktoken")
    (cache / CACHED_AS).write_bytes(gzip.decompress(cl100k.FILE.read_bytes()))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TIKTOKEN_CACHE_DIR", str(cache))
        return tiktoken.get_encoding("cl100k_base")


def test_tokens_are_exactly_tiktokens(reference: tiktoken.Encoding):
    chance = random.Random(1)

    for _ in range(300):
        text = "".join(chance.choices(ALPHABET, k=200))
        expected = [len(token) for token in reference.decode_tokens_bytes(reference.encode(text))]
        assert token_sizes(text).tolist() == expected


def test_a_long_text_is_cut_where_no_token_notices(
    reference: tiktoken.Encoding, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tokenizer, "_PIECE", 500)
    chance = random.Random(2)
    words = [
        *(" the", " Rad", "fahrrad", "\n", ".\n\n", " 42", "自転車"),
        "  ",
        "'ll",
        "(x)",
        "\n    ",
    ]

    for _ in range(50):
        text = "".join(chance.choices(words, k=1500))
        assert count_tokens(text) == len(reference.encode(text))


def test_the_cuts_do_not_depend_on_how_the_text_comes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tokenizer, "_PIECE", 50)
    chance = random.Random(3)

    for _ in range(200):
        text = "".join(
            chance.choices([*ALPHABET, "word", " word", "a" * 60], k=chance.randrange(99))
        )
        cuts = sorted(chance.choices(range(len(text) + 1), k=chance.randrange(30)))
        parts = [text[begin:end] for begin, end in pairwise([0, *cuts, len(text)])]
        assert list(pieces(parts)) == list(pieces([text]))
        assert "".join(pieces(parts)) == text


@pytest.mark.parametrize(
    ("text", "tokens"), [("", 0), ("hello world", 2), ("<|endoftext|>", 7), ("a\0b", 3)]
)
def test_any_text_is_counted(text: str, tokens: int):
    assert count_tokens(text) == tokens


def test_half_a_character_is_counted_and_does_not_raise():
    assert count_tokens("\ud83d") == count_tokens("\ufffd")


@pytest.mark.parametrize(
    "text",
    [
        " " * 1_500_000 + "x",
        "\n" * 1_000_000,
        "a" * 1_000_000,
        "-" * 1_000_000,
        "\0" * 1_000_000,
        "😀" * 250_000,
        "漢字" * 160_000,
        "\ud83d" * 300_000,
        " \n" * 500_000,
    ],
    ids=["spaces", "lines", "a", "dashes", "nul", "emoji", "han", "surrogates", "blank lines"],
)
def test_a_megabyte_of_the_same_takes_a_second_and_not_the_worker(text: str):
    begun = time.process_time()

    assert count_tokens(text) > 0

    assert time.process_time() - begun < 10  # measured: 0.1 to 0.5 s
