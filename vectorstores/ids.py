"""Public ids: a UUIDv7 in the database, a prefix and its digits outside.

    vs_<32 hex>      vector stores
    vsfb_<32 hex>    file batches
    file-<22 base62> files
    upload_<32 hex>  uploads in parts
    part_<32 hex>    their parts

A UUIDv7 (RFC 9562) begins with its creation time in milliseconds, so ids sort by age.
"""

import string
from dataclasses import dataclass
from uuid import UUID

from uuid_utils.compat import uuid7

NOBODY = UUID(int=0)
BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase


def new_id() -> UUID:
    return uuid7()


@dataclass(frozen=True)
class PublicId:
    """An id as a client wrote it, and its UUID: NOBODY if it cannot be one of ours."""

    text: str
    uuid: UUID


@dataclass(frozen=True)
class IdFormat:
    prefix: str
    length: int
    digits: str

    def encode(self, value: UUID) -> str:
        number, text = value.int, ""
        while number:
            number, digit = divmod(number, len(self.digits))
            text = self.digits[digit] + text
        return self.prefix + text.rjust(self.length, self.digits[0])

    def decode(self, public_id: str) -> UUID:
        """Return the UUID behind a public id: NOBODY, which no row has, if it cannot be ours.

        An id of another kind of object gives NOBODY too; its prefix is for the caller to check.
        """
        text = public_id.removeprefix(self.prefix)
        is_whole = public_id == self.prefix + text
        if not is_whole or len(text) != self.length or not set(text) <= set(self.digits):
            return NOBODY
        number = 0
        for character in text:
            number = number * len(self.digits) + self.digits.index(character)
        return UUID(int=number) if number < 1 << 128 else NOBODY

    def parse(self, text: str) -> PublicId:
        return PublicId(text, self.decode(text))


VECTOR_STORE = IdFormat("vs_", 32, "0123456789abcdef")
FILE_BATCH = IdFormat("vsfb_", 32, "0123456789abcdef")
FILE = IdFormat("file-", 22, BASE62)
UPLOAD = IdFormat("upload_", 32, "0123456789abcdef")
UPLOAD_PART = IdFormat("part_", 32, "0123456789abcdef")
