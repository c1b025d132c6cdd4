"""Pricing2Yaml 2.x: the format in which researchers write down real SaaS price pages."""

from tierline.connectors.pricing2yaml.pricing import import_pricing

__all__ = ["import_pricing"]
