"""A synthetic population as a source: people, their memberships and a year of what happens to them."""
