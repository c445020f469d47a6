"""The names of the entries of a zip, found as Office finds them.

Programs write a part under one name and refer to it by another: in other letters, with backslashes,
or percent-encoded. OPC compares part names without case, and Office opens all of these.
"""

import posixpath
from functools import cached_property
from urllib.parse import unquote
from zipfile import ZipFile, ZipInfo


class DocumentZip(ZipFile):
    """A zip whose `getinfo`, `open` and `read` also find an entry by an equivalent name."""

    def getinfo(self, name: str) -> ZipInfo:
        """Return the entry of exactly this name, or else the last one of an equivalent name.

        The last, because programs append what they save again. Raises KeyError.
        """
        try:
            return super().getinfo(name)
        except KeyError:
            found = self._by_plain_name.get(plain_name(name))
            if found is None:
                raise
            return found

    @cached_property
    def _by_plain_name(self) -> dict[str, ZipInfo]:
        return {plain_name(entry.filename): entry for entry in self.infolist()}


def plain_name(name: str) -> str:
    """Return the form of a part's name that it shares with all equivalent names."""
    path = unquote(name.replace("\\", "/")).lstrip("/")
    return posixpath.normpath(path).casefold() if path else ""


def has_part(archive: ZipFile, name: str) -> bool:
    """Return whether a zip has an entry of this or an equivalent name."""
    try:
        archive.getinfo(name)
    except KeyError:
        return False
    return True
