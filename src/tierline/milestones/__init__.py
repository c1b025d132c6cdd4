"""Milestones: promises being timed on cases. One rule, two faces: one case live, all as columns."""
