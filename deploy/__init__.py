"""Where all is put together: settings, the embedded stack, supervision and the command line."""
