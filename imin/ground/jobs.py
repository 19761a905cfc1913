"""Keeping the queue and the outbox in order."""

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

from imin.ground import clock, outbox
from imin.ground.database import as_owner
from imin.ground.log import logger


@app.periodic(cron="* * * * *")
@app.task(name="ground.retry_stalled", queueing_lock="ground.retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Every minute: queue again what a worker that was killed had begun."""
    del timestamp
    await retry(context.app.job_manager)


async def retry(jobs: JobManager) -> None:
    """Queue again each job whose worker gave no sign of life for 30 s, or drop it where its next run waits already."""
    for job in await jobs.get_stalled_jobs():
        try:
            await jobs.retry_job(job)
        except UniqueViolation:  # of the queueing lock
            await jobs.finish_job(job, Status.FAILED, delete_job=True)
        logger(__name__).warning("stalled_job_retried", task=job.task_name, job=job.id)


@app.periodic(cron="43 3 * * *")
@app.task(name="ground.forget_effects", queueing_lock="ground.forget_effects")
def forget_effects(timestamp: int) -> None:
    """Every day: delete what was done long ago from the outbox."""
    del timestamp
    with as_owner():
        outbox.forget_done(now=clock.now())
