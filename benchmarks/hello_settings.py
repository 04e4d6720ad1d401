"""The portal's settings with the yardstick's address alone."""

from govtech_portal.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.hello"
