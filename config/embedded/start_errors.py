"""Reasons why the servers could not be started, each as one sentence to act on.

StartError
├── DataDirUnusable     not ours to write, or not a directory
├── DataDirInUse        another `bin/up` serves it
├── WrongMajor          the cluster was made by another Postgres
├── PortInUse           another program listens there, or we may not
├── NoAccount           root, and no account to give Postgres to
├── Incomplete          a package came without the program it is for
└── NotStarted          the program ended, or did not answer in time; quotes its last words
"""

from pathlib import Path


class StartError(Exception):
    """The error of a start that started nothing. Its message says what to change."""


class DataDirUnusable(StartError):
    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"Cannot use the data directory {path}: {why}. Set DATA_DIR to another.")


class DataDirInUse(StartError):
    def __init__(self, path: Path) -> None:
        super().__init__(
            f"Another process already serves {path}. Stop that one, or set DATA_DIR to another."
        )


class WrongMajor(StartError):
    def __init__(self, cluster: Path, found: str, ours: str) -> None:
        super().__init__(
            f"{cluster} was made by Postgres {found}, and this is Postgres {ours}. Dump it with "
            f"pg_dump {found} and load it into a new DATA_DIR, or set DATABASE_URL to a server."
        )


class PortInUse(StartError):
    def __init__(self, port: int, why: str) -> None:
        super().__init__(
            f"Cannot listen on port {port}: {why}. Stop what listens there, or set PORT to another."
        )


class NoAccount(StartError):
    def __init__(self) -> None:
        super().__init__(
            "Postgres does not run as root, and this machine has no account named postgres or "
            "nobody to run it as. Start as an ordinary user, or set DATABASE_URL to a server."
        )


class Incomplete(StartError):
    def __init__(self, package: str, instead: str) -> None:
        super().__init__(
            f"The package {package} has no program for this machine. Set {instead} to a server."
        )


class NotStarted(StartError):
    def __init__(self, name: str, log: Path, last_words: str) -> None:
        super().__init__(f"{name} did not start: {last_words or 'it said nothing'} (log: {log})")
