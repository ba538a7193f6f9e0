"""What the events mean: the verdict, the engine and the control plane."""
