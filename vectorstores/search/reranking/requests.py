"""What services that rank texts are asked. Their answers are alike, see answers.py.

    cohere  Cohere's `POST /v2/rerank` (docs.cohere.com/reference/rerank), which Jina's
            `POST /v1/rerank`, llama.cpp, Infinity and others speak as well
    vllm    the same of vLLM, at /rerank, /v1/rerank and /v2/rerank, told to cut texts that its
            model cannot read whole: it refuses all of them otherwise (RerankRequest in
            vllm/entrypoints/pooling/score/protocol.py)
    tei     `POST /rerank` of Hugging Face's text-embeddings-inference, which serves one model and
            is told none (RerankRequest in router/src/http/types.rs)

Cohere cuts texts at `max_tokens_per_doc`, 4,096 by default, and Jina at what the model reads.
"""

from collections.abc import Callable, Sequence

Body = dict[str, object]


def _cohere(query: str, texts: Sequence[str], *, model: str, raw: bool) -> Body:
    named = {"model": model} if model else {}  # services of one model need no name
    return {
        **named,
        "query": query,
        "documents": list(texts),
        "top_n": len(texts),
        "return_documents": False,
    }


def _vllm(query: str, texts: Sequence[str], *, model: str, raw: bool) -> Body:
    body = _cohere(query, texts, model=model, raw=raw)
    return {**body, "truncate_prompt_tokens": -1}  # at what the model reads


def _tei(query: str, texts: Sequence[str], *, model: str, raw: bool) -> Body:
    return {"query": query, "texts": list(texts), "raw_scores": raw, "truncate": True}


REQUESTS: dict[str, Callable[..., Body]] = {"cohere": _cohere, "vllm": _vllm, "tei": _tei}
"""By the name of the API: the body for a question and texts. `raw` asks for logits, where the
service can be asked."""
