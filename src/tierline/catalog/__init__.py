"""What a company promises in each tier, as a dated statement: load, lint, compare, publish."""
