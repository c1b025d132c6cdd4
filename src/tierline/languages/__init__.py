"""Languages that our words are said in, and the formats of the places where they are read."""
