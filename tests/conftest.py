"""Properties have no deadline: on a busy machine the clock says nothing about them."""

from hypothesis import settings

settings.register_profile("no clock", deadline=None)
settings.load_profile("no clock")
