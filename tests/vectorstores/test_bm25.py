"""The weights of terms in a text."""

import json
from collections import Counter
from hashlib import sha256
from zlib import crc32

import numpy as np
import pytest

from vectorstores.bm25 import DIMENSIONS, K1, VERSION, document_terms, query_terms

EVERYTHING = [
    "Running wombats dig burrows; a wombat's burrow is dug. The 3 rules of 2.7.18: don't.",
    "max_num_results = account.getUserName(HTTPServer, URLs, __init__, sha256Sum, utf8)",
    "Die Größenänderung der Straße dauert naïve 25 °C; größe1024.",
    "После установки пакетов система перезагружается.",
    "如何在Debian系统中安装软件包。猫。",
    "パッケージをインストールする方法。ﾊﾝｶｸ",
    "한국어 문서를 설치하는 방법",
    "ในภาษาไทยไม่มีช่องว่าง ພາສາລາວ ភាសាខ្មែរ မြန်မာ",
    "हिन्दी में खोज தமிழில் தேடல் العربية עברית εγκατάσταση",
    "\uff21\uff22\uff23 ﬁle cafe\u0301 infor\xadmation 😀 ❤️",
]


def bm25(text: str) -> dict[int, float]:
    """Compute a term's part of BM25 for words that are their own terms, with an average of 480
    words.
    """
    counts = Counter(text.split())
    length = sum(counts.values())
    return {
        crc32(word.encode()) & 0x1FFFFFFF: tf * 2.2 / (tf + 1.2 * (1 - 0.75 + 0.75 * length / 480))
        for word, tf in counts.items()
    }


@pytest.mark.parametrize(
    "text",
    ["wombat", "wombat wombat burrow", "wombat " * 480, "a b c d e f g h " * 300],
    ids=["one word", "one twice", "one word often", "long"],
)
def test_weights_are_those_of_bm25(text):
    ids, weights = document_terms(text)

    wanted = bm25(text)
    assert ids.tolist() == sorted(wanted)
    assert weights.tolist() == pytest.approx([wanted[term] for term in ids.tolist()])


def test_repeating_a_word_raises_its_weight_up_to_a_bound():
    wombat = query_terms("wombat")
    texts = [document_terms("wombat " * n + "x " * (400 - n)) for n in (1, 9, 400)]

    (once,), (often,), (always,) = (text.weights[text.ids == wombat] for text in texts)

    assert once < often < always < K1 + 1


def test_parts_of_a_name_count_as_words():
    assert (
        document_terms("user_name user").weights.max() > document_terms("user_name").weights.max()
    )


def test_ids_and_weights_have_the_stored_types():
    ids, weights = document_terms("wombat")

    assert (ids.dtype, weights.dtype) == (np.int32, np.float32)
    assert query_terms("wombat").dtype == query_terms("").dtype == np.int32


def test_the_number_of_terms_is_limited_to_what_can_be_stored():
    text = " ".join(f"w{number}" for number in range(20_000))

    assert len(document_terms(text).ids) == len(query_terms(text)) == 10_000


def test_the_terms_of_this_version_never_change():
    # Chunks keep their terms for years, and questions are taken apart today. Who changes how words
    # are found raises VERSION, adds a migration for the index that names it, and writes the new
    # sum.
    terms = [document_terms(text) for text in EVERYTHING]
    listed = [[ids.tolist(), [round(float(w), 4) for w in weights]] for ids, weights in terms]
    asked = [query_terms(text).tolist() for text in EVERYTHING]

    total = sha256(json.dumps([DIMENSIONS, listed, asked]).encode()).hexdigest()

    assert (VERSION, total[:16]) == (1, "00c42ea676598ad5")
