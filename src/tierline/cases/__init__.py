"""A case as facts: one matter raised by a contact, from open to closed."""
