"""How a limit over all partitions is divided among them."""


def share_of(persons: int, regency_digits: int, partition: int, partitions: int) -> int:
    """The part of a regency's limit that one partition may spend; the parts add up to ``persons``.

    Persons are spread evenly over partitions, so the parts are equal; what is left over goes to other
    partitions in each regency, so that no partition is always the one with more.
    """
    whole, rest = divmod(persons, partitions)
    return whole + ((partition - regency_digits) % partitions < rest)
