"""``skillway bench api``: how many requests a second the service answers, and how fast, in a large company.

The service is a process of its own, as ``skillway serve`` starts it; so is the client, ``locust``, on the same machine
and the same cores. Each kind of request is asked alone, by so many users at once who each wait for the answer.
"""

from __future__ import annotations

import json
import re
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import httpx2
import numpy as np

from api.bench.big_company import TODAY, BigCompany, write_company
from engine.bridges.kernels import compile_kernels
from graph_schema.errors import InvalidInput, MissingExtra
from graph_schema.store import GraphStore

WARM_UP = 20.0
"""Seconds a process for which a kind is asked before the clock runs, once the first answer is there."""
ASKED = 2_000
"""Different requests of a kind, asked in turn."""
_SEED = 11


@dataclass(frozen=True)
class ServiceLoad:
    """One kind of request, asked by so many users at once."""

    kind: str
    people: int
    processes: int
    users: int
    requests: int
    failures: int
    a_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float


def bench_service(
    store: GraphStore,
    people: int,
    courses: int,
    processes: Sequence[int],
    users: Sequence[int],
    seconds: int,
    on_progress: Callable[[str], None],
) -> list[ServiceLoad]:
    """Write the company, start the service and ask it.

    Args:
        store: An empty graph, or one that holds this company from an earlier run; it stays there.
        people: How many.
        courses: How many, beside other moves.
        processes: With how many processes the service runs; the whole is asked anew with each number.
        users: How many ask at once; one table line each.
        seconds: For each line.
        on_progress: Told what is going on.

    Raises:
        InvalidInput: The graph holds something else, or the service did not start.
        MissingExtra: ``locust`` is not installed.
    """
    if find_spec("locust") is None:
        raise MissingExtra("bench", "skillway bench api")
    company = write_company(store, people, courses, on_progress)
    compile_kernels()
    key = secrets.token_urlsafe(16)
    table: list[ServiceLoad] = []
    for number in processes:
        with run_service(key, number) as url:
            for kind, paths in list_paths(company).items():
                _warm_up(url, key, paths, WARM_UP * number)
                for count in users:
                    on_progress(f"{kind}: {count} users of {number} processes for {seconds} s")
                    stats = _ask(url, key, paths, count, seconds)
                    table.append(_to_load(kind, company.people, number, count, stats))
    return table


def list_paths(company: BigCompany) -> dict[str, list[str]]:
    """Return, for each kind of request, the paths that are asked in turn."""
    random = np.random.default_rng(_SEED)
    people = random.choice(company.whole, ASKED).tolist()
    roles = random.choice(company.roles, ASKED).tolist()
    return {
        "person": [f"/v1/people/{person}" for person in people],
        "gap": [f"/v1/people/{person}/roles/{company.role_of(person)}/gap" for person in people],
        "pool": [f"/v1/roles/{role}/pool" for role in roles],
        "bridge": [f"/v1/people/{person}/roles/{company.role_of(person)}/bridge" for person in people],
    }


@contextmanager
def run_service(key: str, processes: int = 1) -> Generator[str]:
    """Run ``skillway serve`` on a free port and give its address; no limit of a caller's rate stands in the way.

    Raises:
        InvalidInput: It did not start; the message says what it said.
    """
    command = [
        *("env", f"SKILLWAY_SERVE__API_KEY={key}", f"SKILLWAY_AS_OF={TODAY.isoformat()}"),
        *("SKILLWAY_SERVE__LIMITS__RATE=1000000/second", "SKILLWAY_SERVE__LIMITS__AT_ONCE=1000"),
        *(str(Path(sys.executable).parent / "skillway"), "serve", "--port", "0", "--processes", str(processes)),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as service:
        assert service.stdout is not None
        said = service.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", said)
        if found is None:
            service.kill()
            raise InvalidInput("serve", f"did not start: {said or 'it said nothing'}")
        try:
            yield found[0]
        finally:
            service.terminate()


def _warm_up(url: str, key: str, paths: Sequence[str], seconds: float) -> None:
    """Ask until the first answers are there, and some more: the server compiles what it runs often."""
    # A connection for each request, so that every process has its share.
    limits = httpx2.Limits(max_keepalive_connections=0)
    with httpx2.Client(base_url=url, headers={"X-API-Key": key}, timeout=300, limits=limits) as client:
        client.get(paths[0]).raise_for_status()
        end = time.monotonic() + seconds
        for path in paths[1:]:
            if time.monotonic() > end:
                break
            client.get(path).raise_for_status()


def _ask(url: str, key: str, paths: Sequence[str], users: int, seconds: int) -> dict[str, object]:
    command = [
        *(sys.executable, "-m", "locust", "-f", str(Path(__file__).with_name("load_client.py"))),
        *("--headless", "--json", "--skip-log", "--users", str(users), "--spawn-rate", str(users)),
    ]
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder) / "plan.json"
        plan.write_text(json.dumps({"url": url, "key": key, "paths": list(paths), "seconds": seconds}))
        done = subprocess.run([*command, "--plan", str(plan)], capture_output=True, text=True, check=False)
    try:
        return json.loads(done.stdout)[0]
    except (json.JSONDecodeError, IndexError) as error:
        why = done.stderr[-500:] or "no request was answered in time"
        raise InvalidInput("locust", f"gave no figures: {why}") from error


def _to_load(kind: str, people: int, processes: int, users: int, stats: Mapping[str, object]) -> ServiceLoad:
    # Milliseconds, rounded by locust as they grow -> how often.
    times = {float(took): int(count) for took, count in dict(stats["response_times"]).items()}  # type: ignore[call-overload]
    took = np.repeat(sorted(times), [times[item] for item in sorted(times)])
    p50, p95, p99 = np.percentile(took, (50, 95, 99)).tolist()
    span = float(stats["last_request_timestamp"]) - float(stats["start_time"])  # type: ignore[arg-type]
    requests, failures = int(stats["num_requests"]), int(stats["num_failures"])  # type: ignore[call-overload]
    return ServiceLoad(
        kind, people, processes, users, requests, failures, requests / span if span else 0.0, p50, p95, p99
    )
