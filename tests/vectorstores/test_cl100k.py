import gzip
import random
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import tiktoken

from vectorstores import cl100k


@pytest.fixture(scope="module")
def reference() -> tiktoken.Encoding:
    """Return tiktoken's own decoder, over the same table."""
    return tiktoken.Encoding(
        "cl100k_base", pat_str=r"\w+|\W", mergeable_ranks=cl100k.ranks(), special_tokens={}
    )


@pytest.fixture
def forgotten() -> Iterator[None]:
    """Clear the cache, as in a process that has not decoded anything yet."""
    cl100k._table.cache_clear()
    yield
    cl100k._table.cache_clear()


def test_tokens_become_the_text_they_were():
    assert cl100k.decode([15339, 1917]) == "hello world"  # as OpenAI's own examples have it


def test_any_tokens_mean_what_they_mean_to_tiktoken(reference: tiktoken.Encoding):
    chance = random.Random(1)

    for _ in range(300):
        tokens = chance.choices(range(cl100k.SIZE), k=50)
        assert cl100k.decode(tokens) == reference.decode(tokens, errors="replace")


def test_every_token_is_known_by_its_number(reference: tiktoken.Encoding):
    table = cl100k.ranks()

    assert list(table.values()) == list(range(cl100k.SIZE))
    assert reference.n_vocab == cl100k.SIZE
    assert cl100k.decode([0]) == "!"
    assert cl100k.decode([cl100k.SIZE - 1]) == " Conveyor"


def test_no_tokens_are_no_text():
    assert cl100k.decode([]) == ""


def test_a_token_cut_in_mid_character_does_not_fail(reference: tiktoken.Encoding):
    tokens = reference.encode("\N{BREAD}")
    assert len(tokens) > 1

    assert cl100k.decode(tokens) == "\N{BREAD}"
    assert cl100k.decode(tokens[:-1]) == "\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("token", [-1, cl100k.SIZE, 100257, 100276, 10**30])
def test_tokens_that_stand_for_no_text_are_found(token: int):
    with pytest.raises(cl100k.UnknownToken) as caught:
        cl100k.decode([15339, token, 1917])

    assert caught.value.index == 1


@pytest.mark.usefixtures("forgotten")
def test_threads_that_come_at_once_load_the_table_once(monkeypatch: pytest.MonkeyPatch):
    loaded, together, read = [], Barrier(8), cl100k._tokens
    monkeypatch.setattr(cl100k, "_tokens", lambda: loaded.append(1) or read())

    def decode(_: int) -> str:
        together.wait()
        return cl100k.decode([15339])

    with ThreadPoolExecutor(8) as threads:
        texts = set(threads.map(decode, range(8)))

    assert texts == {"hello"}
    assert loaded == [1]


@pytest.mark.usefixtures("programs")
def test_the_table_is_loaded_by_the_first_who_needs_it():
    program = (
        "from vectorstores import cl100k\n"
        "assert cl100k._table.cache_info().currsize == 0\n"
        "cl100k.decode([0])\n"
        "assert cl100k._table.cache_info().currsize == 1\n"
    )

    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.usefixtures("forgotten")
def test_a_damaged_file_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    damaged = tmp_path / "cl100k_base.tiktoken.gz"
    damaged.write_bytes(gzip.compress(b"IQ== 0\n"))
    monkeypatch.setattr(cl100k, "FILE", damaged)

    with pytest.raises(RuntimeError, match="install this version again"):
        cl100k.decode([0])
    with pytest.raises(RuntimeError, match="install this version again"):
        cl100k.ranks()
