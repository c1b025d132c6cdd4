"""Usage events, meters and balances."""
