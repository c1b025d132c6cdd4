"""From arrivals and promises to people: whether targets can be believed, and what they take."""
