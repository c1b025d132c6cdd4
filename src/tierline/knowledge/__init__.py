"""Knowledge: what was learned once, and how it is found again."""
