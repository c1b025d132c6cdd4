"""Business hours, holidays and time zones: arithmetic on open time. See README.md."""
