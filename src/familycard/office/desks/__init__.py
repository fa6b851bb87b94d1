"""Front desk and contact centre: one person at a time, after their document or their code."""
