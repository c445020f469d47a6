"""HTTP services that this server calls: embedders, rerankers and chat models."""
