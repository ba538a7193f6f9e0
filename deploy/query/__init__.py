"""Questions a command asks of the topics: read to the end, look at the newest, follow."""
