"""Tierline, the system of promise: tiers written once, kept, measured and proved."""

__version__ = "0.1.0"
