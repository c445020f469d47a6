"""Find what this machine offers: programs inside installed wheels, and an account to run them."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

from config.embedded.start_errors import Incomplete, NoAccount

# The account that exists for Postgres, else the one that exists everywhere. initdb wants a name for
# its uid, so an unused number would not do, and we add no account to a user's machine.
CANDIDATES = ("postgres", "nobody")


def package_dir(name: str, *, instead: str) -> Path:
    """Find an installed package without importing it, because importing these starts things.

    Raises Incomplete, which names the setting to use `instead`.
    """
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise Incomplete(name, instead)
    return Path(spec.origin).parent


@dataclass(frozen=True)
class Account:
    """An account that Postgres runs as if we are root, since it refuses to run as root."""

    uid: int
    gid: int

    @classmethod
    def unprivileged(cls) -> Self:
        """Return the first candidate that this machine has. Raises NoAccount."""
        entries = {entry.pw_name: entry for entry in pwd.getpwall()}
        for name in CANDIDATES:
            if name in entries:
                return cls(entries[name].pw_uid, entries[name].pw_gid)
        raise NoAccount

    @classmethod
    def owning(cls, path: Path) -> Self:
        status = path.stat()
        return cls(status.st_uid, status.st_gid)

    def can_enter(self, directory: Path) -> bool:
        """Try whether this account gets through every directory above and into this one."""
        probe = ["test", "-x", str(directory)]
        return subprocess.run(probe, **self.as_user(), check=False).returncode == 0

    def take(self, path: Path) -> None:
        """Give `path`, and all below it, to this account. Needs root."""
        for each in (path, *path.rglob("*")):
            os.chown(each, self.uid, self.gid, follow_symlinks=False)

    def as_user(self) -> dict[str, Any]:
        """Return arguments for subprocess that drop every privilege of root."""
        return {"user": self.uid, "group": self.gid, "extra_groups": [], "cwd": "/"}
