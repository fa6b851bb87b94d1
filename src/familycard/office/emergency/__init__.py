"""Looking at a person outside one's area in an emergency: a reason, half an hour, a review, and the person is told."""
