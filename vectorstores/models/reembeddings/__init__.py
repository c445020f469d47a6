"""Changes of a store's embedding model."""

from vectorstores.models.reembeddings.reembedding import Reembedding, ReembeddingQuerySet
from vectorstores.models.reembeddings.states import State
from vectorstores.models.reembeddings.taking import take_reembedding

__all__ = ["Reembedding", "ReembeddingQuerySet", "State", "take_reembedding"]
