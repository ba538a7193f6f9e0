"""Policy as data: due days, tolerance and tariff, by version, each figure with its source."""

from schemas.policy.tables import Policy, SegmentPolicy, Tariff, load_policy, policy_versions

__all__ = ["Policy", "SegmentPolicy", "Tariff", "load_policy", "policy_versions"]
