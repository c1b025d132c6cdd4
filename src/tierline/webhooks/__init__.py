"""Webhooks: facts told to other programs, signed, and tried again on a schedule."""
