"""The Debian packages whose documentation is asked about, fetched and unpacked, not installed."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

# Of Debian 12. Another release has other versions of these texts, and one of the questions whose
# answer is no longer there stops the benchmark.
ENGLISH = (
    "debian-faq",
    "debian-reference-en",
    "perl-doc",
    "postgresql-doc-15",
    "python3.11-doc",
)
OTHER_LANGUAGES = (
    "debian-faq-de",
    "debian-faq-fr",
    "debian-faq-ja",
    "debian-faq-ko",
    "debian-faq-ru",
    "debian-faq-zh-cn",
    "debian-reference-de",
    "debian-reference-fr",
    "debian-reference-ja",
    "debian-reference-zh-cn",
)


class PackageMissing(Exception):
    pass


def unpacked(names: Sequence[str], cache: Path, *, given: Path | None) -> Path:
    """Unpack these packages and return a directory like the root of a system that has them.

    They come from `given`, a directory of .deb files, or else, once, from apt's sources. Raise
    PackageMissing.
    """
    debs, root = given or cache / "packages", cache / "root"
    (cache / "packages").mkdir(parents=True, exist_ok=True)
    for name in names:
        done = cache / f"{name}.unpacked"
        if not done.exists():
            subprocess.run(["dpkg", "-x", _deb(name, debs, fetch=not given), root], check=True)
            done.touch()
    return root


def _deb(name: str, directory: Path, *, fetch: bool) -> Path:
    if fetch and not _found(name, directory):
        # apt says by itself what went wrong
        subprocess.run(["apt-get", "download", "-q", name], cwd=directory, check=False)
    if found := _found(name, directory):
        return found[-1]
    raise PackageMissing(
        f"There is no {name}_*.deb in {directory}. With Debian 12 as apt's source (after an "
        "`apt-get update`) it is fetched; or fetch it elsewhere and name its directory with "
        "--packages-in."
    )


def _found(name: str, directory: Path) -> list[Path]:
    return sorted(directory.glob(f"{name}_*.deb"))
