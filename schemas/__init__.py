"""What may be said on the wire: topics, Avro schemas, ids, events, policy data and the codec."""
