from typing import Any

from rest_framework.test import APIClient  # noqa: TID251, this is what stands in for it

from tests.contract import official


class ApiClient(APIClient):
    """A client that speaks JSON and trusts no answer: each must be as OpenAI's schema has it."""

    default_format = "json"

    def request(self, **kwargs: Any) -> Any:
        response: Any = super().request(**kwargs)
        asked = response.request
        content = b"" if response.streaming else response.content
        official.check(asked["REQUEST_METHOD"], asked["PATH_INFO"], response.status_code, content)
        return response
