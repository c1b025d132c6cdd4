"""Support plans: the published support tiers of a vendor, written down as facts."""

from tierline.connectors.support_plan.plan import import_support_plan

__all__ = ["import_support_plan"]
