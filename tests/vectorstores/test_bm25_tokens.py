"""Finding a text by its words, in many languages and in code."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vectorstores import bm25
from vectorstores.bm25 import DIMENSIONS, document_terms, query_terms


def terms(text: str) -> set[int]:
    return set(document_terms(text).ids.tolist())


def asked(text: str) -> set[int]:
    return set(query_terms(text).tolist())


def finds(question: str, text: str) -> bool:
    """Return True if every term of the question is in the text."""
    return bool(asked(question)) and asked(question) <= terms(text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("install packages", "Installing a package takes a moment."),
        ("WOMBATS DIG", "A wombat digs."),
        ("软件包", "如何在系统中安装软件包。"),
        ("インストール", "パッケージをインストールする方法。"),
        ("설치 문서", "한국어 문서를 설치하는 방법"),
        ("ภาษาไทย", "ในภาษาไทยไม่มีช่องว่าง"),
        ("ພາສາລາວ", "ຂ້ອຍເວົ້າພາສາລາວໄດ້"),
        ("ភាសាខ្មែរ", "ខ្ញុំនិយាយភាសាខ្មែរ"),
        ("မြန်မာ", "ကျွန်တော်မြန်မာစကားပြောတယ်"),
        ("हिन्दी", "हिन्दी में खोज और सूचना"),
        ("தமிழில்", "தமிழில் தேடல்"),
        ("установки", "После установка пакетов в систему"),
        ("Größenänderungen", "Die Größenänderung dauert."),
        ("STRASSE", "In der Straße"),
        ("εγκατάστασης", "εγκατάσταση πακέτων"),
        ("התקנה", "מדריך התקנה"),
        ("Debian 软件", "关于Debian软件的问题"),
    ],
)
def test_a_question_finds_its_words_in_any_language(question, text):
    assert finds(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("max_num_results", "Set max_num_results to 50."),
        ("num results", "Set max_num_results to 50."),
        ("MAX_NUM_RESULTS", "def f(max_num_results=10): ..."),
        ("getUserName", "x = account.getUserName()"),
        ("user name", "x = account.getUserName()"),
        ("getusername", "x = account.getUserName()"),
        ("http server", "class HTTPServer:"),
        ("url", "All URLs are kept."),
        ("init", "def __init__(self):"),
        ("utf8", "text.decode(utf8)"),
        ("user id", "the row's userID and user_id"),
        ("2.7.18", "Python 2.7.18 is out."),
    ],
)
def test_a_question_finds_identifiers_whole_and_in_parts(question, text):
    assert finds(question, text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("\uff21\uff22\uff23\uff11", "abc1"),
        ("ﬁle", "file"),
        ("cafe\u0301", "café"),
        ("ﾊﾟｯｹｰｼﾞ", "パッケージ"),
        ("infor\xadmation", "information"),
        ("x\ufe0f y", "x y"),
        ("İstanbul", "i\u0307stanbul"),
        ("…wombat—digs…", "wombat digs"),
    ],
)
def test_spelling_variants_share_their_terms(one, other):
    assert terms(one) == terms(other)
    assert asked(one) == asked(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("wombat", "kangaroo"),
        ("größe1024", "größe1025"),
        ("größe_max", "größe_min"),
        ("件包", "软件"),
        ("हिन्दी", "हिसाब"),
        ("ह", "हिन्दी"),
    ],
)
def test_different_words_have_different_terms(one, other):
    assert asked(one) - terms(other)


def test_a_word_in_an_unstemmed_script_is_cut_to_six_letters():
    assert terms("größenordnung") == terms("größen")
    assert terms("установка") == terms("установ") == terms("устано")


def test_a_run_in_an_unspaced_script_is_found_by_a_single_character():
    assert finds("猫", "猫 and 犬")
    assert len(terms("猫")) == 1


def test_a_long_word_is_truncated():
    assert terms("x" * 100_000) == terms("x" * 64) != terms("x" * 63)


def test_an_identifier_of_too_many_parts_stays_one_word():
    blob = "aGVsbG8gV29ybGQgaXQgSXMgTWUgYW5kIFlvdQ"

    assert len(terms(blob)) == 1
    assert len(terms("_".join("abcdefgh"))) == 9
    assert len(terms("_".join("abcdefghi"))) == 1


@pytest.mark.parametrize("text", ["", " \n\t", "—…!?", "___", "❤️ 😀", "\u0301", "\x00"])
def test_a_text_without_words_has_no_terms(text):
    assert terms(text) == asked(text) == set()


def test_a_question_leaves_out_stop_words():
    assert asked("How do I install the package?") == asked("install package")


def test_a_question_of_only_stop_words_keeps_them():
    assert asked("To be or not to be") == asked("to be or not") != set()


def test_a_text_keeps_all_of_its_words():
    assert finds("to be or not", "To be or not to be, that is the question.")


@given(st.text(st.characters(), max_size=300))
@example("\ud800lone")
@example("\u0e01\u0301" * 200)
@example("ﷺ" * 50)
@example("İıẞſ" * 50)
def test_terms_are_sorted_and_unique(text):
    ids, weights = document_terms(text)

    assert (ids[1:] > ids[:-1]).all()
    assert ((ids >= 0) & (ids < DIMENSIONS)).all()
    assert (weights > 0).all()
    assert len(ids) == len(weights)


@given(st.text(max_size=200))
def test_any_text_is_found_by_itself(text):
    assert asked(text) <= terms(text)
    assert bool(asked(text)) == bool(terms(text))


def test_long_runs_of_marks_are_cut():
    signs = [chr(code) for code in range(0x110000) if unicodedata.combining(chr(code))]

    for sign in signs:
        kept = bm25._TOO_MANY_MARKS.sub(r"\1", f"a{sign * 99}b")
        assert kept == f"a{sign * 30}b", hex(ord(sign))
    assert len(bm25.tokenize("a" + "\u0315\u0300" * 500)[0]) <= 31


def test_each_thread_has_its_own_stemmer():
    both = Barrier(2)

    def mine() -> int:
        both.wait(10)  # so that there are two
        return id(bm25._stemmers.english)

    with ThreadPoolExecutor(2) as threads:
        one, other = (threads.submit(mine) for _ in range(2))

        assert len({one.result(), other.result(), id(bm25._stemmers.english)}) == 3
