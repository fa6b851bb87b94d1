"""Intake: deliveries of registers become checked loads in an append-only store."""
