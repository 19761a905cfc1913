"""What a killed worker leaves in the queue is done by another."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import connections
from procrastinate.contrib.django import app
from procrastinate.manager import JobManager

from imin.ground import clock, jobs, outbox
from imin.ground.database import OWNER

TASK = "payments.sweep"


def queue(status: str, worker: int | None = None, lock: str | None = TASK) -> int:
    with connections[OWNER].cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args, status, worker_id)"
            " VALUES ('default', %s, %s, '{\"timestamp\": 0}', %s, %s) RETURNING id",
            [TASK, lock, status, worker],
        )
        return int(cursor.fetchone()[0])


def worker(silent: timedelta) -> int:
    with connections[OWNER].cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s) RETURNING id",
            [silent],
        )
        return int(cursor.fetchone()[0])


def queued() -> dict[int, str]:
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT id, status FROM procrastinate_jobs")
        return dict(cursor.fetchall())


def retry() -> None:
    async def run() -> None:
        django: Any = app.connector
        connector = django.get_worker_connector()
        await connector.open_async()
        try:
            await jobs.retry(JobManager(connector))
        finally:
            await connector.close_async()

    asyncio.run(run())


def test_a_job_of_a_worker_that_is_silent_or_gone_is_queued_again(owner):
    silent = queue("doing", worker(timedelta(seconds=40)))
    retry()
    assert queued() == {silent: "todo"}
    gone = queue("doing", lock=None)
    retry()
    assert queued() == {silent: "todo", gone: "todo"}


def test_a_job_under_way_and_one_that_waits_are_left_alone(owner):
    known = {queue("doing", worker(timedelta(seconds=5))): "doing", queue("todo"): "todo"}
    retry()
    assert queued() == known


def test_a_stalled_job_whose_next_run_waits_already_is_dropped(owner):
    queue("doing", worker(timedelta(seconds=40)))
    waiting = queue("todo")
    retry()
    assert queued() == {waiting: "todo"}


def test_the_jobs_are_periodic_and_never_queued_twice():
    scheduled = {periodic.task.name: periodic.task for periodic in app.periodic_registry.periodic_tasks.values()}
    assert {name: scheduled[name].queueing_lock for name in scheduled if name.startswith("ground.")} == {
        "ground.retry_stalled": "ground.retry_stalled",
        "ground.forget_effects": "ground.forget_effects",
    }


def test_the_daily_job_empties_the_outbox(owner):
    long_ago = clock.now() - outbox.KEPT - timedelta(days=1)
    outbox.put(kind="test.thing", broker_id=uuid4(), payload={}, now=long_ago)
    outbox.drain(kind="test.thing", now=long_ago, handle=lambda _: None)
    jobs.forget_effects(timestamp=0)
    assert not outbox.Effect.objects.exists()
