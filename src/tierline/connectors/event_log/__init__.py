"""Event logs of helpdesks, read through a mapping file into a log of cases."""
