"""The benchmark: what one engine process does per second of CPU, on a real broker on this machine."""
