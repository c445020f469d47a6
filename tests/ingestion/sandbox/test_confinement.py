"""The reach of a process that reads a file, if the file takes it over."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingestion.sandbox import landlock
from ingestion.sandbox.host import Sandbox
from tests.ingestion.sandbox.conftest import GENEROUS
from tests.ingestion.sandboxed import sandboxed

Found = Callable[..., Any]
ROOT = Path(__file__).parents[3]


def test_there_is_no_network(found: Found):
    tried = found("network")

    program = tried.pop("program")
    assert program == "PermissionError: [Errno 1] Operation not permitted"
    assert len(tried) == 6
    assert set(tried.values()) == {"PermissionError"}


def test_a_socket_pair_reaches_no_other_process(found: Found):
    assert found("pairs") == {
        "SOCK_STREAM": "done",
        "SOCK_SEQPACKET": "done",
        "SOCK_DGRAM": "PermissionError",
        "SOCK_RAW": "PermissionError",
    }


def test_system_calls_that_no_parser_needs_are_refused(found: Found):
    tried = found("syscalls")

    assert len(tried) == 9
    assert set(tried.values()) == {"Operation not permitted"}


def test_it_knows_no_secrets(found: Found, monkeypatch: pytest.MonkeyPatch):
    around = found("look_around")

    # Both are set for every test run, in tests/servers.py.
    assert "SECRET_KEY" in os.environ and "DATABASE_URL" in os.environ
    known = {*around["environment"], *around["first environment"].split("\0")}
    assert not {name for name in known if "SECRET" in name or "URL" in name or "KEY" in name}
    assert os.environ["SECRET_KEY"] not in around["first environment"]


def test_it_has_no_socket_and_no_file_of_the_worker(found: Found):
    around = found("look_around")

    *standard, asked, output = around["descriptors"]
    assert standard == [0, 1, 2]
    assert 2 < asked < output


def test_it_has_no_privileges_even_as_root(found: Found):
    status = found("look_around")["status"]

    assert {status[name].strip() for name in ("CapEff", "CapPrm", "CapInh")} == {"0" * 16}
    assert status["NoNewPrivs"].strip() == "1"
    assert status["Seccomp"].strip() == "2"


def test_it_leaves_no_dump_of_its_memory(found: Found):
    assert found("look_around")["limits"]["RLIMIT_CORE"] == [0, 0]


def test_it_never_loaded_django_or_celery(found: Found):
    modules = set(found("look_around")["modules"])

    assert "ingestion.parsing" in modules
    assert not modules & {"django", "celery", "kombu", "vectorstores.models", "config", "psycopg"}


@pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock")
def test_other_files_and_processes_are_out_of_reach(found: Found, tmp_path: Path):
    secret = tmp_path / "another tenant's file"
    secret.write_text("secret")
    worker = os.getpid()
    forbidden = [
        f"read {secret}",
        f"read {ROOT / 'pyproject.toml'}",
        f"read /proc/{worker}/environ",
        f"read /proc/{os.getppid()}/environ",
        f"write {tmp_path / 'new'}",
        f"write {tempfile.gettempdir()}/new",
        f"write {tmp_path / 'file'}",
        f"write {Path(__file__)}",
        f"list {tmp_path}",
        "list /opt",
        "list /usr/src",
        "read /etc/hostname",
        f"signal {worker}",
        "signal 1",
    ]

    results = found("reach_out", "\n".join(forbidden))

    assert results == dict.fromkeys(forbidden, "PermissionError")
    assert secret.read_text() == "secret"


@pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock")
def test_files_next_to_the_projects_code_are_out_of_reach(found: Found):
    with tempfile.TemporaryDirectory(prefix="data-", dir=ROOT) as data:
        (upload := Path(data, "upload")).write_text("of somebody else")
        forbidden = [f"read {upload}", f"list {data}", f"list {ROOT}"]

        results = found("reach_out", "\n".join(forbidden))

    assert results == dict.fromkeys(forbidden, "PermissionError")


@pytest.mark.parametrize(
    "path",
    [
        ROOT / ".env",
        *(Path(root, "data/uploads/1") for root in ("/opt/vectorstores", "/usr/src/app")),
        *(Path(root, ".env") for root in ("/srv/app", "/usr/local/vectorstores", "/var/lib/app")),
    ],
    ids=str,
)
def test_nothing_that_all_may_read_holds_a_service_and_its_data(
    path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in ("prefix", "base_prefix", "exec_prefix", "base_exec_prefix"):
        monkeypatch.setattr(sys, name, "/usr")  # a system's own Python
    monkeypatch.syspath_prepend(str(ROOT.parent))

    readable = landlock.readable_by_all()

    assert Path("/usr/bin") in readable
    assert not readable & {path, *path.parents}


def test_libraries_and_languages_are_read_from_where_the_environment_says(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/one/lib::/opt/other/lib")
    monkeypatch.setenv("TESSDATA_PREFIX", "/opt/languages")
    monkeypatch.delenv("FONTCONFIG_PATH", raising=False)

    named = landlock.configured_paths()

    assert named == {Path("/opt/one/lib"), Path("/opt/other/lib"), Path("/opt/languages")}


def test_it_may_read_its_file_and_what_it_is_made_of(found: Found, tmp_path: Path):
    allowed = [f"read {tmp_path / 'file'}", f"read {os.__file__}", f"read {landlock.__file__}"]

    results = found("reach_out", "\n".join(allowed))

    assert results == dict.fromkeys(allowed, "done")


def test_it_may_stop_programs_that_it_started(found: Found):
    assert found("stop_a_program") == "stopped"


def test_files_that_a_parser_writes_are_removed_afterwards(found: Found):
    name, text, directory = found("write_in_its_directory")
    found("look_around")  # what was left is cleared away before the next begins

    assert text == "kept"
    assert Path(name).parent == Path(directory)
    assert not Path(directory).exists()
    assert Path("/usr").exists()


def test_a_filter_blocks_signals_where_landlock_cannot():
    script = """
import os, subprocess
import pyseccomp
from ingestion.sandbox import syscalls

syscalls.deny_signals(pyseccomp, os.getpid())
for pid in (os.getppid(), 1, 0, -1, -os.getppid()):
    try:
        os.kill(pid, 0)
        print("signalled", pid)
    except PermissionError:
        print("refused")
program = subprocess.Popen(["sleep", "1000"])
program.kill()
print(program.wait())
os.kill(os.getpid(), 9)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)

    assert done.stderr == ""
    assert done.stdout.split() == [*["refused"] * 5, "-9"]
    assert done.returncode == -9


def test_missing_protection_is_logged_once(caplog: pytest.LogCaptureFixture, tmp_path: Path):
    path = tmp_path / "file"
    path.write_text("text")
    sandbox = Sandbox(GENEROUS, program="tests.ingestion.sandbox.without_seccomp")

    for _ in range(2):
        chunks = sandboxed(sandbox, path, "file.txt")
        assert [chunk.text for chunk in chunks] == ["text"]

    sandbox.stop()
    warnings = [record.message for record in caplog.records if record.levelname == "WARNING"]
    assert warnings == [
        "This machine has no seccomp: what a parser may do is limited less than it should be."
    ]
