import json


def read_text(body: bytes) -> str:
    """What the model said, by OpenAI's `chat.completion` object: empty where it said nothing, or
    was cut off. Raises ValueError, worded to follow "but", for anything else."""
    try:
        choice = json.loads(body)["choices"][0]
        text, reason = choice["message"]["content"], choice.get("finish_reason")
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise ValueError("not with a chat completion") from error
    if text is not None and not isinstance(text, str):
        raise ValueError("not with a chat completion")
    return "" if reason == "length" else text or ""
