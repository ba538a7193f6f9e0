"""What people see: totals, verdicts and explanations as text. Pure: values in, text out."""
