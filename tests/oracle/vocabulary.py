"""Words of the wire in schema order, written out a second time; test_vocabulary holds them to the schemas."""

SEXES = ("MALE", "FEMALE")
PRESENCES = ("PRESENT", "ABROAD", "DECEASED", "REMOVED", "MERGED")
SEGMENTS = ("PU", "BPU", "JAKON", "PMI")
PROGRAMS = ("JKK", "JKM", "JHT", "JP", "JKP")
PAYERS = ("SELF", "EMPLOYER", "APBN", "APBD_PROVINCE", "APBD_REGENCY", "DBH_SAWIT", "DBH_TOBACCO", "CSR")
PUBLIC_PAYERS = frozenset({"APBN", "APBD_PROVINCE", "APBD_REGENCY", "DBH_SAWIT", "DBH_TOBACCO"})

PERSONS = "dtsen.persons"
MEMBERSHIPS = "bpjs.memberships"
