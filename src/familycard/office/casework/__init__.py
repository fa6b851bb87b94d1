"""What people do about a family: cases, plans, visits, notes, hand-overs, and the story that they make."""
