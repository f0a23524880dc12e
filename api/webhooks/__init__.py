"""Webhooks on the wire, and how they are described."""
