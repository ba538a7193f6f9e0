"""Random histories of a data plane: written as lines a person can read, played on any log, checked by the
laws.
"""
