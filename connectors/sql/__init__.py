"""The view in a database: PostgreSQL, and SQLite as the embedded default."""
