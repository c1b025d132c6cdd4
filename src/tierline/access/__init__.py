"""Who may do what: roles, permissions, callers, and the secrets that prove who one is."""
