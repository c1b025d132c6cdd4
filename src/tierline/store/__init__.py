"""The system of record on SQLite or PostgreSQL: units of work, migrations, the journal of facts."""
