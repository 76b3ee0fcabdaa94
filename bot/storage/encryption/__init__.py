"""Content encrypted at rest: the keys, what the database says of it, and encrypting again."""
