"""What the processes write down: one line a decision, with fields and the ids that join lines."""

from monitoring.logs.correlation import correlated
from monitoring.logs.switch import LogForm, guard_last_resort, log_handler, switch_on
from monitoring.logs.told import told_words

__all__ = ["LogForm", "correlated", "guard_last_resort", "log_handler", "switch_on", "told_words"]
