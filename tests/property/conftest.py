"""How hypothesis runs here: no deadline for an example, as these machines are shared."""

from hypothesis import settings

settings.register_profile("jangkau", deadline=None)
settings.load_profile("jangkau")
