"""The composition rooms: plain constructor calls that join ports to adapters, one file a process."""
