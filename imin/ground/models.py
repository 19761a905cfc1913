from imin.ground.outbox import Effect

__all__ = ["Effect"]
