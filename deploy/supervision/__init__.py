"""One hub on this machine: its processes started, watched, restarted and stopped together."""
