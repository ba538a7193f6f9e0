"""The demo: a year in Sulawesi Tenggara on a real hub, and the check of what came out of it."""
