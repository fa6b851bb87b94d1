"""Auditors and the digital commissioner: the access log, results by group, claims, the administrators' record."""
