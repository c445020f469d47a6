"""Real files say the same in a process of their own."""

from pathlib import Path

import pytest

from ingestion.chunking import chunks
from ingestion.last_errors import CorruptFile, EmptyFile, IngestionError, UnsupportedFile
from ingestion.parsing import parse
from ingestion.sandbox import get_sandbox
from ingestion.sandbox.host import Sandbox
from tests.ingestion.sandboxed import sandboxed

SAMPLES = sorted((Path(__file__).parents[3] / "docs" / "samples").glob("*.*"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_file_has_the_same_chunks_in_the_sandbox(sandbox: Sandbox, path: Path):
    expected = list(chunks(parse(path, path.name), max_tokens=100, overlap_tokens=50))

    found = list(sandboxed(sandbox, path, path.name, max_tokens=100, overlap_tokens=50))

    assert found == expected
    assert found


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("empty.txt", b"", EmptyFile),
        ("blank.md", b" \n\n ", EmptyFile),
        ("broken.pdf", b"%PDF-1.7 and no more", CorruptFile),
        ("broken.docx", b"PK\x03\x04 and no more", CorruptFile),
        ("picture.txt", b"\x00\x01\x02\x03" * 1000, UnsupportedFile),
    ],
)
def test_a_file_is_refused_for_the_same_reason(
    sandbox: Sandbox, tmp_path: Path, name: str, content: bytes, error: type[IngestionError]
):
    path = tmp_path / "upload"
    path.write_bytes(content)
    with pytest.raises(error) as outside:
        list(parse(path, name))

    with pytest.raises(error) as inside:
        list(sandboxed(sandbox, path, name, max_tokens=100, overlap_tokens=50))

    assert str(inside.value) == str(outside.value)
    assert type(inside.value) is type(outside.value)


def test_a_long_text_is_streamed(sandbox: Sandbox, tmp_path: Path):
    path = tmp_path / "long.txt"
    text = "".join(f"Line {number} of a text that is long.\n" for number in range(100_000))
    path.write_text(text)

    rebuilt = []
    until = 0
    for chunk in sandboxed(sandbox, path, "long.txt"):
        rebuilt.append(chunk.text[until - chunk.start :])
        until = chunk.start + len(chunk.text)

    assert "".join(rebuilt) == text


def test_a_worker_has_one_with_the_limits_of_the_settings(settings):
    own = get_sandbox()

    assert own is get_sandbox()
    assert own.limits.memory_bytes == settings.PARSER_MEMORY_BYTES == 2 * 1024**3
    assert own.limits.cpu_seconds == settings.PARSER_CPU_SECONDS == 300
    assert own.limits.silence_seconds == settings.PARSER_SILENCE_SECONDS == 120


def test_the_modules_of_the_zygote_are_found_from_any_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ingestion.py").write_text("raise SystemExit")  # nor is another taken for ours
    path = tmp_path / "file.txt"
    path.write_text("text")
    sandbox = Sandbox(get_sandbox().limits)

    found = list(
        sandboxed(sandbox, Path("file.txt"), "file.txt", max_tokens=100, overlap_tokens=50)
    )

    sandbox.stop()
    assert [chunk.text for chunk in found] == ["text"]
