"""Laws that hold for any input, each tried on inputs that hypothesis makes up."""
