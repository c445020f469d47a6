"""Stores of any size, written into the database without a worker, and questions for them."""
