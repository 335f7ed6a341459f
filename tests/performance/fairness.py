"""Whether streams wait for the long bodies of others: paced events of one proxy, alone and beside requests of many megabytes."""

from __future__ import annotations

import subprocess

from performance import load
from performance.subjects import Subject

STREAMS, PACE_MS = 50, 10
SECONDS = 3
# Far from what a proxy or the load can take, so that what is seen is one piece of work that others wait for, and not a full core.
BODY_BYTES, BODIES_PER_SECOND = 8_000_000, 10


def beside_long_bodies(subject: Subject) -> dict[str, float]:
    """How late the events come, without the long bodies and with them, in microseconds."""
    subject.start()
    try:
        found = {f"alone_{name}": value for name, value in delays(subject).items()}
        options = ["--connections", "4", "--rate", str(BODIES_PER_SECOND), "--body-bytes", str(BODY_BYTES), "--duration", f"{2 * SECONDS}s"]
        command = load.of(subject, "json", *options, stream=False)
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=load.ENVIRONMENT) as bodies:
            found |= {f"beside_{name}": value for name, value in delays(subject).items()}
            if bodies.poll() is not None:
                raise RuntimeError(f"the long bodies ended before the streams, with {bodies.returncode}")
            bodies.terminate()
    finally:
        subject.stop()
    return found


def delays(subject: Subject) -> dict[str, float]:
    events = SECONDS * 1000 // PACE_MS
    options = ["--connections", str(STREAMS), "--requests", str(STREAMS), "--pace", f"{PACE_MS}ms"]
    results = load.run(load.of(subject, f"paced-{events}-{PACE_MS}", *options, stream=True), SECONDS)
    if results["errors"] or not results["delay_us"]:
        raise RuntimeError(f"streams failed: {results['errors']}")
    return {name: results["delay_us"][name] for name in ("p99", "max")}
