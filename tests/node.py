"""npm packages for tests and benches: installed from a lock file into the cache, once for each content of it."""

import fcntl
import hashlib
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent


class NodeMissingError(Exception):
    """There is no Node, or npm cannot install; the message says which."""


def installed(folder: Path) -> Path:
    """Return a copy of `folder` with the packages that its package-lock.json pins.

    Raises `NodeMissingError`.
    """
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise NodeMissingError("Node and npm are not installed")
    pinned = (folder / "package-lock.json").read_bytes()
    copy = ROOT / ".cache" / f"{folder.name}-{hashlib.sha256(pinned).hexdigest()[:12]}"
    copy.mkdir(parents=True, exist_ok=True)
    with (copy / "install.lock").open("w") as lock:  # several workers may want it at once
        fcntl.flock(lock, fcntl.LOCK_EX)
        _install(npm, folder, copy)
    return copy


def _install(npm: str, folder: Path, copy: Path) -> None:
    for file in folder.glob("*.*"):
        if file.suffix in {".json", ".mjs"}:
            shutil.copy(file, copy)
    done = copy / "installed"
    if not done.exists():
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        try:
            ran = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=120, check=False)
        except subprocess.TimeoutExpired:
            raise NodeMissingError(f"npm took more than two minutes to install {folder.name}") from None
        if ran.returncode:
            raise NodeMissingError(f"npm cannot install {folder.name}: {ran.stderr.strip()[-300:]}")
        done.touch()
