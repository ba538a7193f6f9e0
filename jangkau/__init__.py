"""The public face of Jangkau: what guides and callers import."""
