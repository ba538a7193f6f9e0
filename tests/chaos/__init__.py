"""A hub under fire: everything that can be killed is, and then the topics are checked (docs/chaos.md)."""
