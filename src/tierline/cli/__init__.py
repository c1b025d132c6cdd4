"""The command `tierline`: reads arguments, calls bootstrap and actions, prints. No rules here."""
