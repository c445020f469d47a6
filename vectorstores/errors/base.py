"""The kinds of refusal. What is refused in particular is named in the files beside this one."""


class ApiError(Exception):
    """An error with an answer: the status and OpenAI's four envelope fields."""

    status = 400
    type = "invalid_request_error"
    code: str | None = None

    def __init__(self, message: str, *, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.param = param
        self.code = code or self.code


class BadRequest(ApiError):
    status = 400


class InvalidParameter(BadRequest):
    code = "invalid_value"


class NotFound(ApiError):
    status = 404


class Unauthorized(ApiError):
    status = 401


class ServerError(ApiError):
    status = 500
    type = "server_error"
