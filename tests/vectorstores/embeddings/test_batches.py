from vectorstores.embeddings.batches import MOST_BYTES, MOST_INPUTS, batches


def test_short_texts_are_cut_by_number():
    texts = ["a"] * (2 * MOST_INPUTS + 1)

    sizes = [len(batch) for batch in batches(texts)]

    assert sizes == [MOST_INPUTS, MOST_INPUTS, 1]


def test_long_texts_are_cut_by_bytes_and_not_by_characters():
    texts = ["é" * (MOST_BYTES // 4)] * 5  # half of the limit each, in UTF-8

    sizes = [len(batch) for batch in batches(texts)]

    assert sizes == [2, 2, 1]


def test_a_text_beyond_the_limit_goes_alone():
    texts = ["a", "b" * (MOST_BYTES + 1), "c", "d"]

    cut = [list(batch) for batch in batches(texts)]

    assert cut == [["a"], ["b" * (MOST_BYTES + 1)], ["c", "d"]]


def test_tokens_are_cut_by_their_number():
    arrays = [[1] * (MOST_BYTES // 2)] * 5

    sizes = [len(batch) for batch in batches(arrays)]

    assert sizes == [2, 2, 1]


def test_the_order_is_kept_and_nothing_is_lost():
    texts = [str(number) * (number * 97 % 4001) for number in range(3000)]

    cut = list(batches(texts))

    assert [text for batch in cut for text in batch] == texts
    assert all(sum(len(text) for text in batch) <= MOST_BYTES for batch in cut)


def test_no_texts_make_no_batch():
    assert list(batches([])) == []
