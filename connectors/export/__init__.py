"""Lists that leave the hub as files: who of a region is not covered, by token or, for key holders, by NIK."""
