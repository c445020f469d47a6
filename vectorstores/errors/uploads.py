"""Uploads that cannot go on."""

from vectorstores.errors.base import BadRequest, InvalidParameter


class UnknownPart(InvalidParameter):
    def __init__(self, part_id: str, upload_id: str) -> None:
        super().__init__(f"Upload '{upload_id}' has no part '{part_id}'.", param="part_ids")


class PartNamedTwice(InvalidParameter):
    def __init__(self, part_id: str) -> None:
        super().__init__(f"Part '{part_id}' is named twice.", param="part_ids")


class WrongTotal(InvalidParameter):
    def __init__(self, *, total: int, wanted: int) -> None:
        super().__init__(
            f"The parts have {total} bytes in total, but the upload was created for {wanted}.",
            param="part_ids",
        )


class WrongChecksum(InvalidParameter):
    def __init__(self, *, found: str, wanted: str) -> None:
        super().__init__(
            f"The MD5 checksum of the parts, in this order, is {found} and not {wanted}.",
            param="md5",
        )


class UploadNotPending(BadRequest):
    def __init__(self, upload_id: str, status: str) -> None:
        told = {"completed": "is already completed", "cancelled": "was cancelled"}
        became = told.get(status, "has expired")
        super().__init__(f"Upload '{upload_id}' {became}.", param="upload_id")


class TooManyParts(BadRequest):
    def __init__(self, upload_id: str, *, parts: int, size: int) -> None:
        super().__init__(
            f"Upload '{upload_id}' takes {parts} parts and {size} bytes at most, "
            "those that were sent twice included.",
            param="data",
        )
