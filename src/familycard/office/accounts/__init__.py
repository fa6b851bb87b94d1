"""Who signs in: users, their role, their areas, whom they act for."""
