"""The status page as facts: components, incidents and their updates, and the uptime of it all."""
