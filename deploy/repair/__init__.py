"""Records in quarantine, mended by a person and sent again."""
