"""A request as a whole: its form, its size, its moment."""

from vectorstores.errors.base import ApiError, BadRequest, ServerError


class MalformedJson(BadRequest):
    def __init__(self) -> None:
        super().__init__(
            "We could not parse the JSON body of your request. (HINT: This likely means you aren't "
            "using your HTTP library correctly. The OpenAI API expects a JSON payload, but what "
            "was sent was not valid JSON. If you have trouble figuring out how to fix this, "
            "please contact us through our help center at help.openai.com.)"
        )


class MethodNotAllowed(ApiError):
    status = 405

    def __init__(self, method: str, path: str) -> None:
        super().__init__(f"Not allowed to {method} on {path}.", code="method_not_supported")


class TooLarge(ApiError):
    status = 413

    def __init__(self, message: str, *, param: str | None = None) -> None:
        super().__init__(message, param=param, code="request_too_large")


class UnsupportedMediaType(ApiError):
    status = 415


class RateLimited(ApiError):
    status = 429
    type = "requests"
    code = "rate_limit_exceeded"

    def __init__(self, owner: str, *, unit: str, limit: int, retry_after: int) -> None:
        super().__init__(
            f"Rate limit reached for {owner} on {unit} per min. Limit: {limit} / min. "
            f"Please try again in {retry_after}s."
        )
        self.retry_after = retry_after  # seconds


class ServiceUnavailable(ServerError):
    status = 503


class Overloaded(ServiceUnavailable):
    def __init__(self) -> None:
        super().__init__("The engine is currently overloaded, please try again later")
