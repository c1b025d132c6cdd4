"""Measures of kept promises: what was met, missed, given beyond the promise, and how sure it is."""
