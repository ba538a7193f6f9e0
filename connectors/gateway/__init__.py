"""The HTTP gateway: agencies publish, ask and decide over HTTP what others do on Kafka themselves."""
