"""The data plane: folds facts, keeps the state and publishes verdicts, exactly once."""
