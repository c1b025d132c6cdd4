"""Change before it is promised: what a draft would have done to the history that there is."""
