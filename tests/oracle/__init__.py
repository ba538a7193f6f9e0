"""The oracle: docs/rules.md read a second time, in plain Python.

Everything the engine computes with columns is computed here again with dicts, one record and one
person at a time, and shares no code with ``streams``. It is written to be read beside the page:

===============  ================================================================================
module           section of docs/rules.md
===============  ================================================================================
``partition``    the partitioner of section 1 (murmur2, written out)
``regions``      which Kemendagri codes exist, and what became of retired ones (section 1)
``check``        section 1: a raw record is usable, or is rejected with the first reason that fails
``facts``        section 2: content hash, and which of two facts is held
``membership``   section 3: months in arrears counted month by month, alive, in arrears
``directive``    section 4: each clause true, false or not known; whom a directive means
``verdict``      section 5: missing, reason, desired, covered_through day by day, the digest
``totals``       section 6: counts per regency and directive, and what only a hub can see
``preview``      section 8: what a draft would do
``control``      the fold of ``hub.control``: per subject the highest (version, step)
``hub``          ``OracleHub``: raw records and control events in, everything above out
===============  ================================================================================

Where a shortcut exists the oracle does not take it: it loops over months, days and birthdays, so
that a mistake in the arithmetic of one side shows as a difference. It is slow and never runs in
the product. Persons appear by token only, as the 32 hex characters of the wire.
"""
