"""A mail that reached the desk: what was written, by whom, in which thread, and what kind it is."""
