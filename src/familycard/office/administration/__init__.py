"""Administrators: accounts of officials, their roles and areas; nothing about residents."""
