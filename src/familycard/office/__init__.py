"""The office: the service in which people meet the family card."""
