"""Indexes of large stores.

A store has one HNSW index over the vectors that are searched, and one GIN index over its chunks'
terms. Both only save time: without them, searches compare everything and find the same answers.

    needs        decides when an index is built, rebuilt and dropped
    facts        reads what is decided from
    review       looks at stores and does what they need, or queues it
    building     builds what is queued, one index at a time
    dropping     drops what is not needed, and what interrupted builds left
    definitions  names, statements and memory of an index
    sessions     connections and locks that builds and drops use
"""
