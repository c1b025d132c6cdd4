"""Accounts and the contracts that they hold."""
