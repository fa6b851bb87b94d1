"""Points from evidence: a scorecard fitted to what a survey measured."""
