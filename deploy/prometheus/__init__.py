"""What Prometheus and Grafana need to watch a hub, written into a folder, and asked whether it works."""
