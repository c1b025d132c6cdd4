"""Care: dated promises of a plan, made into due work, and what came of it."""
