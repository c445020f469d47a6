"""Chat models on this machine, by OpenAI's `POST /chat/completions`."""

from collections.abc import Callable

from tests.vectorstores.http.server import Answer, Asked, answer_json


def completion(content: object, *, finish_reason: str = "stop") -> Answer:
    """Return a completion as OpenAI does."""
    message = {"role": "assistant", "content": content, "refusal": None, "annotations": []}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish_reason}
    return answer_json(
        {
            "id": "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
            "object": "chat.completion",
            "created": 1741569952,
            "model": "a-model-2026-01-01",
            "choices": [choice],
            "usage": {"prompt_tokens": 19, "completion_tokens": 10, "total_tokens": 29},
        }
    )


def asked_of(asked: Asked) -> str:
    return asked.body["messages"][-1]["content"]


def saying(content: object) -> Callable[[Asked], Answer]:
    return lambda _: completion(content)


def shouting(asked: Asked) -> Answer:
    return completion(asked_of(asked).upper())


def thinker(asked: Asked) -> Answer:
    """Answer like a reasoning model of OpenAI's: `gpt-5-mini` as of 2025."""
    if "max_tokens" in asked.body:
        return _unsupported(
            "max_tokens",
            "Unsupported parameter: 'max_tokens' is not supported with this model. "
            "Use 'max_completion_tokens' instead.",
        )
    if asked.body.get("temperature", 1) != 1:
        return _unsupported(
            "temperature",
            "Unsupported value: 'temperature' does not support 0 with this model. "
            "Only the default (1) value is supported.",
        )
    return shouting(asked)


def _unsupported(param: str, message: str) -> Answer:
    error = {"message": message, "type": "invalid_request_error", "param": param, "code": None}
    return answer_json({"error": error}, 400)
