"""What Django leaves out of Postgres: prepared statements, read replicas, storable text."""
