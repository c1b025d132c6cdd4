"""The verbs: load facts, call stages in order, hand back what they say. See README.md."""
