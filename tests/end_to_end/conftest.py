"""The same lives as the engine's tests have."""

from tests.engine.conftest import life, service, template

__all__ = ["life", "service", "template"]
