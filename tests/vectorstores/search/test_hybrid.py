"""Meaning and words together: how the score is made of both."""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pytest
from django.db.models import Q

from tests.vectorstores.published import searchable
from vectorstores.bm25 import K1, document_terms, query_terms
from vectorstores.embeddings import get_embedder
from vectorstores.models import ChunkTerms, VectorStore
from vectorstores.models.lexicons import Lexicon
from vectorstores.search import Ranking, SearchResult, search

NOW = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = ["wombat", "burrow", "night", "grass", "puffin", "beak", "fish", "cliff", "storm", "sea"]


def find(
    store: VectorStore, *questions: str, vector_weight: float, limit: int = 10
) -> SearchResult:
    ranking = Ranking(vector_weight=vector_weight)
    return search(store=store, queries=questions, where=Q(), limit=limit, ranking=ranking, now=NOW)


def texts(found: SearchResult) -> list[str]:
    return [hit.text for hit in found.hits]


def scores(found: SearchResult) -> list[float]:
    return [hit.score for hit in found.hits]


def bm25_share(question: str, parts: Sequence[str], lexicon: Lexicon) -> list[float]:
    """Compute the share by its definition: the sum of idf times weight, divided by its bound."""
    ids = query_terms(question)
    idf = dict(zip(ids.tolist(), lexicon.idf(ids).tolist(), strict=True))
    bound = sum(idf.values()) * (K1 + 1)
    documents = [document_terms(part) for part in parts]
    return [
        sum(idf.get(term, 0) * weight for term, weight in zip(d.ids, d.weights, strict=True))
        / bound
        for d in documents
    ]


@pytest.fixture
def parts(store) -> list[str]:
    """Return the parts of the scores in a store whose words are not all equally frequent."""
    rng = np.random.default_rng(7)
    chances = np.arange(len(WORDS), 0, -1) / sum(range(len(WORDS) + 1))
    made = [" ".join(rng.choice(WORDS, size=rng.integers(3, 30), p=chances)) for _ in range(80)]
    searchable(store, *made)
    Lexicon.objects.refresh(store.pk, NOW)
    return made


@pytest.mark.parametrize("vector_weight", [0.9, 0.7, 0.5, 0.1])
@pytest.mark.parametrize("question", ["wombat sea", "Which fish swim at night?", "storm"])
def test_a_score_is_the_weighted_mean_of_cosine_and_bm25(store, parts, vector_weight, question):
    found = find(store, question, vector_weight=vector_weight, limit=50)

    asked, *vectors = get_embedder().embed([question, *parts])
    cosines = np.clip(np.array(vectors) @ asked, 0, 1)
    words = np.array(bm25_share(question, parts, Lexicon.objects.get()))
    expected = np.sort(vector_weight * cosines + (1 - vector_weight) * words)[::-1][:50]
    assert scores(found)[:10] == pytest.approx(expected[:10].tolist(), abs=1e-3)
    assert all(0 <= score <= 1 for score in scores(found))


def test_a_search_by_words_alone_finds_only_chunks_that_contain_them(store, parts):
    found = find(store, "storm sea", vector_weight=0, limit=50)

    words = np.array(bm25_share("storm sea", parts, Lexicon.objects.get()))
    assert scores(found) == pytest.approx(np.sort(words[words > 0])[::-1][:50].tolist(), abs=1e-4)
    assert {"storm", "sea"} & set(found.hits[-1].text.split())


def test_a_question_without_words_is_ranked_by_meaning(store, parts):
    found = find(store, "?!", vector_weight=0.7)

    assert scores(found) == scores(find(store, "?!", vector_weight=1))
    assert found.execution.plan.vector == "exact"
    assert find(store, "?!", vector_weight=0).hits == []


def test_a_score_does_not_depend_on_the_limit_or_fall_with_more_questions(store, parts):
    one = find(store, "wombat sea", vector_weight=0.7, limit=3)
    many = find(store, "wombat sea", vector_weight=0.7, limit=50)
    several = find(store, "wombat sea", "cliff", vector_weight=0.7, limit=50)

    of_many = {hit.text: hit.score for hit in many.hits}
    assert all(of_many[hit.text] == hit.score for hit in one.hits)
    of_several = {hit.text: hit.score for hit in several.hits}
    assert all(of_several[hit.text] >= hit.score for hit in one.hits)


def test_a_chunk_found_by_one_leg_is_scored_by_both(store):
    # Sixty chunks are nearer, which is more than a leg finds, but one has the rare word.
    searchable(store, *(f"wombat {'dig ' * n}" for n in range(1, 61)))
    searchable(store, f"zygote {'puffin ' * 40} wombat")
    question = "wombat zygote"

    found = find(store, question, vector_weight=0.3)

    asked, vector = get_embedder().embed([question, found.hits[0].text])
    assert found.hits[0].text.startswith("zygote")
    assert found.hits[0].score > 0.3 * float(asked @ vector)


def test_chunks_without_terms_are_found_by_meaning(store):
    searchable(store, "wombats dig")
    ChunkTerms.objects.all().delete()

    found = find(store, "wombats", vector_weight=0.7)

    assert scores(found) == pytest.approx([0.7 * 0.5**0.5], abs=1e-3)


@pytest.mark.parametrize(
    ("question", "answer", "other"),
    [
        ("如何安装软件包", "使用这个命令可以安装新的软件包。", "今天的天气非常好。"),
        (
            "パッケージの設定",
            "このパッケージの設定を変更するには次のようにします。",
            "天気がとても良いです。",
        ),
        ("패키지 설치", "새 패키지를 설치하려면 다음을 실행하십시오.", "오늘은 날씨가 좋습니다."),
        ("ติดตั้งโปรแกรม", "คำสั่งนี้ใช้ติดตั้งโปรแกรมใหม่", "วันนี้อากาศดีมาก"),
        (
            "установка пакетов",
            "Для установки нового пакета выполните команду.",
            "Сегодня хорошая погода.",
        ),
        ("खोज करना", "हिन्दी में खोज करें", "आज मौसम अच्छा है"),
    ],
    ids=["zh", "ja", "ko", "th", "ru", "hi"],
)
def test_words_are_found_in_languages_without_spaces_or_with_endings(
    store, question, answer, other
):
    searchable(store, other, answer)

    assert texts(find(store, question, vector_weight=0)) == [answer]


def test_equal_scores_are_ordered_by_file_and_position(store):
    files = [searchable(store, "wombats dig", "wombats dig") for _ in range(30)]

    found = find(store, "wombats", vector_weight=0.7, limit=50)

    expected = [file.file.public_id for file in files for _ in range(2)]
    assert [hit.file_id for hit in found.hits] == expected[:50]
