"""What a pricing lead would object to in a catalog, as rules with ids. See README.md."""
