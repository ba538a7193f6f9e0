"""What we promise to see: metric catalogue and health verdicts."""
