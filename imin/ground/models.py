from procrastinate.contrib.django.models import ProcrastinateJob

from imin.ground.outbox import Effect

__all__ = ["Effect", "Job"]


class Job(ProcrastinateJob):
    """What the worker does and has to do, under a name that says so."""

    class Meta:
        proxy = True
        verbose_name = "background job"
