"""May this account do this now, and why?"""
