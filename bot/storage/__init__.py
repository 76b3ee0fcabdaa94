"""The database: tables, statements, the store, and the schema's migrations."""
