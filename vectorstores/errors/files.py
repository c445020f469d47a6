"""Files that cannot be kept, given back or attached."""

from vectorstores.errors.base import BadRequest

# Clients compare messages, so these end as OpenAI's do, in addresses that are OpenAI's.
SUPPORTED_FILES_PAGE = (
    "https://platform.openai.com/docs/assistants/tools/file-search/supported-files"
)


class UnsupportedExtension(BadRequest):
    code = "unsupported_file"

    def __init__(self, extensions: list[str]) -> None:
        named = ", ".join(extensions)
        super().__init__(
            f"Files with extensions [{named}] are not supported for retrieval. See "
            f"{SUPPORTED_FILES_PAGE}",
            param="file_ids",
        )


class NotABatchFile(BadRequest):
    def __init__(self) -> None:
        super().__init__("Invalid file format for Batch API. Must be .jsonl")


class BatchFileTooLarge(BadRequest):
    def __init__(self) -> None:
        super().__init__("File is too large.")


class DownloadNotAllowed(BadRequest):
    def __init__(self, purpose: str) -> None:
        super().__init__(f"Not allowed to download files of purpose: {purpose}")
