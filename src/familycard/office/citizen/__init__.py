"""What a citizen sees: their family, its category, its rights, the data behind them, and who looked."""
