"""Every snippet of the documentation is run, or stands here with the reason why it is not.

A snippet is a code block, or a line of a shell block unless that only sets variables. One that is
neither run by a test below nor excused fails `test_every_snippet_is_run_or_excused`.
"""

import ast
import importlib.util
import json
import os
import re
import runpy
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
from django.core.management import call_command, get_commands, load_command_class
from django.db import connection

from tests import environment, servers
from tests.client import ApiClient
from tests.factories import StoreFileFactory
from tests.ingestion.hostile import corpus
from tests.vectorstores.models.store_files import test_store_file
from vectorstores.models.batches import BatchProgress
from vectorstores.search.execution import Execution
from vectorstores.search.plan import Plan

ROOT = environment.ROOT
PAGES = [
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md")),
]
DIAGRAM = "a diagram"
DOCKER = "needs Docker; tests/test_compose.py checks the file"
TESTS = "runs the tests"
STANDBY = "tests/vectorstores/postgres/test_replica.py makes a standby of it"
# The snippets that no test below runs, by a part that no other snippet has.
EXCUSED = {
    'client.vector_stores.create(name="Manuals")': "tests/acceptance/test_readme.py runs it",
    "Charge with the charger supplied": "tests/acceptance/test_readme.py compares it",
    "flowchart LR": DIAGRAM,
    "pending ─▶ completed": DIAGRAM,
    "in_progress ─▶ completed": DIAGRAM,
    "chunk            (vector_store_id": DIAGRAM,
    "hnsw_<store>_<generation>  ON": DIAGRAM,
    "score = vector_weight": "a formula",
    "web processes  +": "a formula",
    "docker compose up": DOCKER,
    "manage.py createsuperuser": "is Django's own, and asks questions",
    "manage.py reembed vs_… --model": "tests/acceptance/test_reembedding.py does it",
    "git pull": "changes this checkout",
    "apt-get install": "changes this machine",
    "celery --app=config worker": "never ends; `bin/up` starts it so in tests/acceptance",
    "bin/up ": "never ends; tests/acceptance/test_up.py starts it",
    "bin/test ": TESTS,
    "bin/fuzz ": TESTS,
    "bin/docs ": "tests/test_site.py builds the site",
    "pre-commit install": "changes this checkout; test_contributing.py checks the hooks",
    "tests.contract.clients.table": "tests/contract/test_clients.py compares the table",
    "uv pip compile": "asks a package registry",
    "CREATE EXTENSION citus": "needs Citus, and several machines",
    "CREATE ROLE replicator": STANDBY,
    "PGPASSWORD=": STANDBY,
    "pg_basebackup --host": STANDBY,
    "postgres -D /srv/standby": STANDBY,
}


@dataclass(frozen=True)
class Snippet:
    page: str
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}: {self.text.splitlines()[0][:60]}"


def snippets(page: str) -> Iterator[Snippet]:
    content = (ROOT / page).read_text()
    blocks = re.findall(r"^ *```(\w*)\n(.*?)^ *```$", content, re.DOTALL | re.MULTILINE)
    fences = re.findall(r"^\s*(?:```|~~~)", content, re.MULTILINE)
    assert len(fences) == 2 * len(blocks), f"{page} has a block that is not understood here"
    for language, text in blocks:
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if language != "sh" or all(re.match(SETTING, line) for line in lines):
            yield Snippet(page, language, text)
        else:
            yield from (Snippet(page, language, line) for line in lines)


SETTING = r"[A-Z_]+=\S"
ALL = [snippet for page in PAGES for snippet in snippets(page)]
RUN: set[Snippet] = set()


def of(language: str, pattern: str) -> pytest.MarkDecorator:
    """Run a test with each snippet of the language that contains the pattern."""
    chosen = [
        snippet
        for snippet in ALL
        if snippet.language == language
        and re.search(pattern, snippet.text, re.MULTILINE)
        and not excuses(snippet)
    ]
    RUN.update(chosen)
    return pytest.mark.parametrize("snippet", chosen, ids=str)


def excuses(snippet: Snippet) -> list[str]:
    return [part for part in EXCUSED if part in snippet.text]


def words(command: str) -> list[str]:
    return shlex.split(command, comments=True)


def run(arguments: Iterable[str], **settings: str) -> str:
    """Run this Python with the settings of a service that connects to nothing."""
    env = {**os.environ, **servers.NO_SERVERS, **settings}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


# --- shell ------------------------------------------------------------------------------------


@of("sh", rf"\A\s*{SETTING}")
def test_the_service_takes_these_settings(programs: None, snippet: Snippet):
    pairs = [words(line)[0].split("=", 1) for line in snippet.text.splitlines()]
    alternatives = [dict(pairs)]
    if len(alternatives[0]) < len(pairs):  # the same setting in several ways
        alternatives = [{name: value} for name, value in pairs]

    known = {*environment.of_the_code(), *environment.of_compose()}
    assert {name for name, _ in pairs if f'"{name}"' not in snippet.text} <= known
    for settings in alternatives:
        run(["manage.py", "check"], **settings)


@of("sh", r'^echo "[A-Z_]+=\$\(openssl rand')
def test_a_secret_is_appended_to_the_file(programs: None, snippet: Snippet, tmp_path: Path):
    subprocess.run(["bash", "-ec", snippet.text], cwd=tmp_path, check=True)

    assert re.fullmatch(r"[A-Z_]+=[0-9a-f]{64}\n", (tmp_path / ".env").read_text())


@of("sh", r"manage\.py create_api_key")
def test_the_command_creates_a_key(snippet: Snippet, db: None, capsys):
    call_command(*words(snippet.text.partition("manage.py ")[2]))

    client = ApiClient(headers={"Authorization": f"Bearer {capsys.readouterr().out.strip()}"})
    assert client.get("/v1/vector_stores").status_code == 200


@of("sh", r"manage\.py explain_search")
def test_the_command_explains_a_search(snippet: Snippet, store, capsys):
    command = snippet.text.partition("manage.py ")[2].replace("vs_…", store.public_id)

    call_command(*words(command))

    assert "-- Plan" in capsys.readouterr().out


@of("sh", r"python -m benchmarks\.")
def test_the_benchmark_takes_these_arguments(snippet: Snippet, monkeypatch, capsys):
    _, _, module, *arguments = words(snippet.text)
    monkeypatch.delitem(sys.modules, module, raising=False)  # since runpy refuses what is loaded
    monkeypatch.setattr(sys, "argv", [module, *arguments, "--help"])

    with pytest.raises(SystemExit) as ended:
        runpy.run_module(module, run_name="__main__")

    assert ended.value.code == 0
    options = re.findall(r"(?<!\S)--[\w-]+", capsys.readouterr().out.partition("options:")[2])
    assert {each for each in arguments if each.startswith("--")} <= set(options)


@of("sh", r"python -m tests\.ingestion\.hostile")
def test_the_hostile_files_are_written(programs: None, snippet: Snippet, tmp_path: Path):
    _, *arguments = words(snippet.text.replace("/tmp/hostile", str(tmp_path)))
    slow = "--slow" in arguments  # gigabytes

    printed = run([*arguments, "--help"] if slow else arguments)

    assert "--slow" in printed if slow else len(printed.splitlines()) == len([*tmp_path.iterdir()])


# --- SQL and Postgres' configuration ----------------------------------------------------------


@of("sql", "^(SELECT|ALTER ROLE) ")
def test_postgres_runs_the_sql(snippet: Snippet, db: None):
    with connection.cursor() as cursor:
        cursor.execute(snippet.text)


@of("", r"\A\w+ = \w+$")
def test_postgres_has_the_settings(snippet: Snippet, db: None):
    with connection.cursor() as cursor:
        for line in snippet.text.splitlines():
            name, value = line.split(" = ")
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])


# --- Python -----------------------------------------------------------------------------------


@of("python", "^class .*QuerySet")
def test_the_example_is_from_the_source(snippet: Snippet):
    source = (ROOT / "vectorstores/models/leases.py").read_text()

    assert functions(snippet.text).items() <= functions(source).items()


def functions(source: str) -> dict[tuple[str, str], str]:
    """Return the methods' code, without comments, by class and name."""
    classes = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    return {
        (owner.name, node.name): ast.unparse(node)
        for owner in classes
        for node in owner.body
        if isinstance(node, ast.FunctionDef)
    }


@of("python", r"\Adef test_")
def test_the_example_of_a_test_passes(snippet: Snippet, db: None):
    [(name, test)] = executed(snippet, vars(test_store_file)).items()

    test(StoreFileFactory(due_at=test_store_file.NOW))

    assert name in vars(test_store_file)


@of("python", r"\A@hostile\(")
def test_the_example_of_a_hostile_file_writes_one(snippet: Snippet, monkeypatch, tmp_path: Path):
    monkeypatch.setattr(corpus, "_CORPUS", {})

    [build] = executed(snippet, vars(corpus)).values()
    build(tmp_path / "it")

    [file] = corpus._CORPUS.values()
    [ending] = file.endings
    assert isinstance(ending, corpus.Text)
    assert all(word in (tmp_path / "it").read_text() for word in ending.words)


def executed(snippet: Snippet, names: dict[str, object]) -> dict[str, Callable[..., object]]:
    """Run the snippet where these names are known, and return the new ones."""
    defined: dict[str, Callable[..., object]] = {}
    exec(snippet.text, dict(names), defined)
    return defined


# --- what the service prints ------------------------------------------------------------------


@of("json", '"error"')
def test_the_error_is_answered(snippet: Snippet, api):
    expected = json.loads(snippet.text)

    answer = api.get("/v1/vector_stores", {expected["error"]["param"]: "1000"}).json()

    assert answer["error"].pop("message")
    assert expected["error"].pop("message") == "…"
    assert answer == expected


@of("json", '"chunks_done"')
def test_a_file_reports_this_progress(snippet: Snippet, store, api):
    expected = json.loads(snippet.text)
    file = StoreFileFactory(vector_store=store, **expected)

    answer = api.get(f"/v1/vector_stores/{store.public_id}/files/{file.file.public_id}").json()

    assert answer["progress"] == expected


@of("json", '"pages_not_read"')
def test_a_file_shows_its_warnings_like_this(snippet: Snippet, store, api):
    expected = json.loads(snippet.text)
    completed = {"status": "completed", "due_at": None}
    file = StoreFileFactory(vector_store=store, warnings=expected, **completed)

    answer = api.get(f"/v1/vector_stores/{store.public_id}/files/{file.file.public_id}").json()

    assert answer["warnings"] == expected


@of("json", '"files_done"')
def test_a_batch_reports_progress_with_these_keys(snippet: Snippet):
    expected = json.loads(snippet.text)

    assert list(asdict(BatchProgress(**expected))) == list(expected)


@of("", "^x-search-plan: ")
def test_a_search_reports_its_plan_like_this(snippet: Snippet):
    name, _, value = snippet.text.strip().partition(": ")
    parts = dict(part.split("=") for part in value.split(", "))
    execution = Execution.__new__(Execution)
    execution.plan = Plan(parts["vector"], parts["text"], int(parts["matches"]))
    execution.rewrite, execution.rerank = None, parts["rerank"]
    execution.using = "default"

    assert (name, value) == ("x-search-plan", str(execution))


@of("", r"^Files? [\d, ]+ completed")
def test_workers_log_such_lines(snippet: Snippet):
    sources = "".join(path.read_text() for path in (ROOT / "ingestion").rglob("*.py"))
    formats = re.findall(r'log\.info\("([^"]+)"', sources)
    patterns = [re.sub("%[sd]", ".+", re.escape(each)) for each in formats]

    for line in snippet.text.splitlines():
        assert any(re.fullmatch(pattern, line) for pattern in patterns), line


@of("", r"\A(config  ─▶|apps$|tasks \| apps )")
def test_the_layers_are_those_that_are_enforced(snippet: Snippet):
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    contracts = [
        [set(layer.split(" | ")) for layer in contract["layers"]]
        for contract in tools["importlinter"]["contracts"]
        if contract["type"] == "layers"
    ]
    lines = [re.split(r" {3,}", line)[0] for line in snippet.text.splitlines()]
    if "─▶" in snippet.text:
        lines = re.findall(r"[a-z]+", snippet.text.partition("   ")[0])

    assert [set(line.split(" | ")) for line in lines] in contracts


# --- commands in a sentence -------------------------------------------------------------------


def inline(pattern: str) -> list[str]:
    pages = "".join((ROOT / page).read_text() for page in PAGES)
    return sorted(set(re.findall(rf"`(?:{pattern}) ([^`]+)`", pages)))


@pytest.mark.parametrize("command", inline(r"manage\.py|bin/manage"))
def test_the_command_has_these_options(command: str):
    name, *arguments = words(command.partition(" | ")[0])
    parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)

    assert {each for each in arguments if each.startswith("--")} <= set(
        parser._option_string_actions
    )


@pytest.mark.parametrize("command", inline("python -m"))
def test_the_module_is_there(command: str):
    assert importlib.util.find_spec(command.split()[0])


# --- all of them ------------------------------------------------------------------------------


@pytest.mark.parametrize("snippet", ALL, ids=str)
def test_every_snippet_is_run_or_excused(snippet: Snippet):
    assert snippet in RUN or excuses(snippet), "Run it in a test here, or add it to EXCUSED."


@pytest.mark.parametrize("part", EXCUSED)
def test_an_excuse_covers_lines_of_shell_or_one_block(part: str):
    excused = [snippet for snippet in ALL if part in snippet.text]

    assert excused
    assert len(excused) == 1 or {snippet.language for snippet in excused} == {"sh"}
