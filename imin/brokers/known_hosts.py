"""The hosts that may have a certificate, in memory: read every few seconds, right also while the database is away.

What was read last is kept in the data folder too, so that a restart meanwhile forgets nothing.
"""

import json
import os
import time
from pathlib import Path

from django.db import DatabaseError, InterfaceError, connections
from psycopg_pool import PoolTimeout

from imin.brokers.front_door import served_hosts
from imin.ground.database import OWNER, as_owner
from imin.ground.log import logger

REFRESH_SECONDS = 3

log = logger(__name__)


class KnownHosts:
    """What we know of the hosts that we serve: the platform's own, always, and the Brokers'."""

    def __init__(self, *, always: frozenset[str], file: Path) -> None:
        self._always = always
        self._file = file
        self._brokers = self._kept()
        self._fresh = True

    def serves(self, host: str) -> bool | None:
        """Say whether we serve `host` (normalised); None while nothing has been read, now or ever."""
        if host in self._always:
            return True
        return None if self._brokers is None else host in self._brokers

    def keep_fresh(self) -> None:
        """Refresh every few seconds, for ever."""
        while True:
            self.refresh()
            time.sleep(REFRESH_SECONDS)

    def refresh(self) -> None:
        """Read the hosts again; without a database, what was known stays."""
        try:
            with as_owner():
                found = served_hosts()
        except (DatabaseError, InterfaceError, PoolTimeout) as failure:
            if self._fresh:
                log.warning("known_hosts_not_refreshed", reason=type(failure).__name__)
            self._fresh = False
            return
        finally:
            connections[OWNER].close()  # back to the pool, which drops what is broken
        self._fresh = True
        if found != self._brokers:
            self._brokers = found
            self._keep(found)

    def _kept(self) -> frozenset[str] | None:
        try:
            return frozenset(json.loads(self._file.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError) as failure:
            log.warning("known_hosts_not_read", file=str(self._file), reason=str(failure))
            return None

    def _keep(self, found: frozenset[str]) -> None:
        unfinished = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        try:
            unfinished.write_text(json.dumps(sorted(found)), encoding="utf-8")
            unfinished.replace(self._file)
        except OSError as failure:
            log.warning("known_hosts_not_kept", file=str(self._file), reason=str(failure))
