"""What a scorecard can be trusted with: errors out of fold, by group, and over time."""
