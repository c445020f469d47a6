"""Parts of Postgres that Django leaves out: prepared statements, read replicas, valid text."""
