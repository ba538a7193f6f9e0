"""Pure rules: from facts, control state and the business date to a verdict."""
