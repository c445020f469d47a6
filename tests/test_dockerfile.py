"""The Dockerfile, tried without Docker: what it names is there, and means what it should."""

import json
import re
import shlex

from tests.deployment import image
from tests.deployment.compose import ROOT, compose
from tests.deployment.machine import Machine
from tests.environment import of_the_code
from vectorstores.embeddings.granite import MODEL

OF_PYTHON = {"PYTHONUNBUFFERED"}
IGNORE = (ROOT / ".dockerignore").read_text().splitlines()


def copied() -> list[str]:
    """Return the paths that COPY takes from the project."""
    commands = [shlex.split(rest) for rest in image.arguments("COPY") if "--from" not in rest]
    return [source for *sources, _ in commands for source in sources]


def test_the_files_it_copies_exist():
    missing = [source for source in copied() if not (ROOT / source).exists()]

    assert missing == []


def test_the_build_is_sent_what_it_copies_and_nothing_else():
    allowed = {pattern.removeprefix("!") for pattern in IGNORE if pattern.startswith("!")}

    sent = {source for source in copied() if any(f"{source}/".startswith(f"{a}/") for a in allowed)}

    assert "*" in IGNORE
    assert sent == set(copied())
    assert all(any(f"{s}/".startswith(f"{a}/") for s in copied()) for a in allowed)


def test_it_installs_exactly_what_is_locked_for_the_worker():
    [install] = [rest for rest in image.arguments("RUN") if rest.startswith("pip install")]

    assert {"--require-hashes", "--no-deps"} <= set(shlex.split(install))
    assert "bin/lock/worker.txt" in copied()
    assert install.endswith("/worker.txt")


def test_its_python_is_the_one_the_lock_is_made_for():
    locked = re.search(r"--python-version (\S+)", (ROOT / "bin/relock").read_text())[1]

    assert image.arguments("FROM")[0].startswith(f"python:{locked}-")


def test_the_variables_it_sets_are_settings():
    assert image.environment().keys() - OF_PYTHON <= of_the_code().keys()


def test_it_builds_the_model_where_the_service_looks_for_it(tmp_path):
    machine = Machine(tmp_path)

    built = machine.run(image.model_build())

    assert built.returncode == 0, built.stderr
    assert image.environment()["EMBEDDING_MODEL_DIR"].endswith(f"/{MODEL}")
    assert (tmp_path / "models" / MODEL / "model.onnx").exists()


def test_it_serves_as_compose_does_and_not_as_root():
    secrets = {"SECRET_KEY": "any", "POSTGRES_PASSWORD": "any"}

    served = json.loads(image.arguments("CMD")[0])

    assert served == compose(secrets)["services"]["web"]["command"]
    assert int(image.arguments("USER")[-1]) > 0


def test_it_has_the_program_that_reads_scanned_pages():
    [install] = [rest for rest in image.arguments("RUN") if "apt-get install" in rest]

    assert "tesseract-ocr" in shlex.split(install)
    assert image.instructions().index(("RUN", install)) > image.instructions().index(
        ("FROM", "base")
    )
