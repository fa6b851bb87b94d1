"""Recording who may act for whom: a document seen by one official, agreed to by another, told to the person, ended."""
