"""Features of Postgres that Django lacks: prepared statements, read replicas, valid text."""
