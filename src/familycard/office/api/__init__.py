"""The API for the machines of other bodies: one question about one person, with a legal basis and a live consent."""
