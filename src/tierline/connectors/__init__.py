"""The outside: files in other formats, read into the product's own statements."""
