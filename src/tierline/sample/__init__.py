"""Halyard Systems, the sample company: its catalog and a generated year of cases."""
