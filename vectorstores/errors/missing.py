"""What is asked for is not there, or is another project's: both answer alike."""

from vectorstores.errors.base import NotFound


class FileNotFound(NotFound):
    def __init__(self, file_id: str) -> None:
        super().__init__(f"No such File object: {file_id}", param="id")


class FileToAttachNotFound(NotFound):
    def __init__(self, file_id: str) -> None:
        super().__init__(f"No file found with id '{file_id}'.", param="file_id")


class StoreNotFound(NotFound):
    def __init__(self, store_id: str) -> None:
        super().__init__(f"No vector store found with id '{store_id}'.")


class BatchNotFound(NotFound):
    def __init__(self, batch_id: str) -> None:
        super().__init__(f"No vector store file batch found with id '{batch_id}'.")


class UploadNotFound(NotFound):
    def __init__(self, upload_id: str) -> None:
        super().__init__(f"No such Upload object: {upload_id}", param="id")


class StoreFileNotFound(NotFound):
    def __init__(self, file_id: str, store_id: str) -> None:
        super().__init__(f"No file found with id '{file_id}' in vector store '{store_id}'.")


class ModelNotFound(NotFound):
    code = "model_not_found"

    def __init__(self, model: str) -> None:
        super().__init__(
            f"The model `{model}` does not exist or you do not have access to it.", param="model"
        )


class UnknownUrl(NotFound):
    def __init__(self, method: str, path: str) -> None:
        super().__init__(f"Invalid URL ({method} {path})")
