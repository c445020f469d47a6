"""What Django leaves out of Postgres: prepared statements, read replicas, text it can store."""
