"""Who gets a case, in what order cases go out, and who is called when."""
