import socket
from pathlib import Path

import pytest

from config.embedded.start_errors import PortInUse, StartError
from config.up.options import ROOT, Options
from tests.live import free_port


def test_the_defaults_are_port_8000_and_data_in_the_project() -> None:
    options = Options.read([], {})

    assert options == Options(port=8000, demo=False, data_dir=ROOT / "data", api_key=None)
    assert options.url == "http://127.0.0.1:8000"


def test_the_command_line_overrules_the_environment() -> None:
    options = Options.read(["--port", "9000", "--demo"], {"PORT": "7000", "API_KEY": "sk-x"})

    assert options.port == 9000
    assert options.demo
    assert options.api_key == "sk-x"


def test_a_relative_data_dir_is_meant_from_where_the_person_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert Options.read([], {"DATA_DIR": "here"}).data_dir == tmp_path / "here"


def test_an_empty_variable_is_as_good_as_none() -> None:
    assert Options.read([], {"DATA_DIR": "", "API_KEY": ""}) == Options.read([], {})


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "8000.5"])
def test_a_port_must_be_one(port: str) -> None:
    with pytest.raises(StartError, match="PORT must be a number from 1 to 65535"):
        Options.read([], {"PORT": port})


def test_a_port_that_is_taken_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        options = Options.read(["--port", str(other.getsockname()[1])], {})

        with pytest.raises(PortInUse, match="Address already in use"):
            options.listen()


def test_a_port_is_taken_before_there_is_a_web_server() -> None:
    options = Options.read(["--port", str(free_port())], {})

    with (
        options.listen() as listener,
        socket.create_connection(("127.0.0.1", options.port), timeout=5) as early,
    ):
        accepted, address = listener.accept()
        with accepted:
            assert address == early.getsockname()
