"""The answers of services that rank texts, to the letter: a score is how many words question and
text share. Each refuses what the real one refuses."""

import math
from collections.abc import Callable, Sequence

from tests.vectorstores.http.server import Answer, Asked, answer_json

Service = Callable[[Asked], Answer]


def logit(query: str, text: str) -> float:
    shared = set(query.lower().split()) & set(text.lower().split())
    return 3.0 * len(shared) - 4.0


def probability(query: str, text: str) -> float:
    return 1 / (1 + math.exp(-logit(query, text)))


def _best_first(scores: Sequence[float]) -> list[tuple[int, float]]:
    return sorted(enumerate(scores), key=lambda pair: -pair[1])


def tei(asked: Asked, *, most: int = 32, too_many: int = 422) -> Answer:
    """Answer like text-embeddings-inference 1.9.

    Its source is `rerank` in router/src/http/server.rs; before 1.9, `too_many` was 413.
    """
    missing = [name for name in ("query", "texts") if name not in asked.body]
    if missing:  # from axum, as plain text
        line = f"Failed to deserialize the JSON body into the target type: missing {missing[0]}"
        return Answer(422, line.encode(), {"Content-Type": "text/plain; charset=utf-8"})
    query, texts = asked.body["query"], asked.body["texts"]
    if not texts:
        return answer_json({"error": "`texts` cannot be empty", "error_type": "Empty"}, 400)
    if len(texts) > most:
        message = f"batch size {len(texts)} > maximum allowed batch size {most}"
        return answer_json({"error": message, "error_type": "Validation"}, too_many)
    score = logit if asked.body.get("raw_scores", False) else probability
    ranks = _best_first([score(query, text) for text in texts])
    return answer_json([{"index": index, "score": score} for index, score in ranks])


def _results(asked: Asked, score: Callable[[str, str], float] = probability) -> list[dict]:
    scores = [score(asked.body["query"], text) for text in asked.body["documents"]]
    ranks = _best_first(scores)[: asked.body.get("top_n") or None]
    return [{"index": index, "relevance_score": score} for index, score in ranks]


def cohere(asked: Asked) -> Answer:
    """Answer like Cohere's `POST /v2/rerank`."""
    if not asked.body.get("model"):
        return answer_json({"id": "c1", "message": "invalid request: model is required"}, 400)
    if len(asked.body["documents"]) > 1000:
        return answer_json({"id": "c1", "message": "too many documents"}, 400)
    meta = {"api_version": {"version": "2"}, "billed_units": {"search_units": 1}}
    return answer_json({"results": _results(asked), "id": "07734bd2", "meta": meta})


def jina(asked: Asked) -> Answer:
    """Answer like `POST /v1/rerank` of Jina's reranker 2."""
    if "model" not in asked.body:
        detail = [{"type": "missing", "loc": ["body", "model"], "msg": "Field required"}]
        return answer_json({"detail": detail}, 422)
    results = _results(asked)
    if asked.body.get("return_documents", True):
        for result in results:
            result["document"] = {"text": asked.body["documents"][result["index"]]}
    usage = {"total_tokens": 815}
    return answer_json(
        {"model": asked.body["model"], "object": "list", "usage": usage, "results": results}
    )


def jina_3(asked: Asked) -> Answer:
    """Answer like Jina's reranker 3, whose scores are cosines."""
    results = _results(asked, lambda query, text: math.tanh(logit(query, text) / 10))
    return answer_json({"model": asked.body["model"], "object": "list", "results": results})


LONGEST = 12  # words of question and text that vLLM's model reads


def vllm(asked: Asked) -> Answer:
    """Answer like vLLM's `POST /rerank`.

    Its source is `do_rerank` in vllm/entrypoints/pooling/score/serving.py.
    """
    query, documents = asked.body["query"], asked.body["documents"]
    if asked.body.get("model", "the-model") != "the-model":
        message = f"The model `{asked.body['model']}` does not exist."
        return _vllm_error(message, "NotFoundError", 404)
    longest = max(len(f"{query} {text}".split()) for text in documents)
    if asked.body.get("truncate_prompt_tokens") is None and longest > LONGEST:
        message = f"This model's maximum context length is {LONGEST} tokens."
        return _vllm_error(message, "BadRequestError", 400)
    results = [
        {**result, "document": {"text": documents[result["index"]], "multi_modal": None}}
        for result in _results(asked)
    ]
    usage = {"total_tokens": 60}
    return answer_json(
        {"id": "rerank-5c", "model": "the-model", "usage": usage, "results": results}
    )


def _vllm_error(message: str, kind: str, status: int) -> Answer:
    error = {"message": message, "type": kind, "param": None, "code": status}
    return answer_json({"error": error}, status)


def llama_cpp(asked: Asked) -> Answer:
    """Answer like llama.cpp's `POST /v1/rerank`, whose scores are the model's logits."""
    results = _results(asked, logit)
    usage = {"prompt_tokens": 60, "total_tokens": 60}
    return answer_json({"model": "", "object": "list", "usage": usage, "results": results})
