"""The same lives as the engine's tests have."""

from tests.engine.conftest import failed, life, morning, receivers, service, sockets, starts, template

__all__ = ["failed", "life", "morning", "receivers", "service", "sockets", "starts", "template"]
