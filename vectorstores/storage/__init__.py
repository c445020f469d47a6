"""Storages for the bytes of uploaded files: a directory or an S3 bucket. STORAGE_URL chooses.

A row is written after its bytes, and the bytes must then survive a power cut as the row does. So a
directory is synchronised with the disk before the row is written; a bucket answers only once it has
stored the object.
"""
