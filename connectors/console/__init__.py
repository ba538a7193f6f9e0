"""The console's side of the gateway: what topics say, kept small, and the routes its pages ask."""
