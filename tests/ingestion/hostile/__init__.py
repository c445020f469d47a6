from tests.ingestion.hostile.corpus import Bait, Hostile, Text, baited, files, hostile, text

__all__ = ["Bait", "Hostile", "Text", "baited", "files", "hostile", "text"]
