"""Providers that are down for a minute, at the rates of a busy day: rows 8, 49 and 50 of docs/faults.md, of which outages.py has seconds."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

from scenario import FakeUpstream, Gateway, chat, config, gateway_before, good, metric, run_together

from blackbox.gateway import clean_environment, find_binary
from blackbox.outages import Storm
from scenarios import Switched, at_rate
from support import log_lines


def requests_that_failed(gateway: Gateway, rate: int, seconds: int) -> int:
    """How many of an open loop's requests failed: all."""
    command = [str(find_binary()), "bench", gateway.base_url, "--model", "r", "--rate", str(rate), "--duration", f"{seconds}s"]
    options = ["--warmup", "0", "--connections", "200", "--json", "-", "--quiet"]
    result = subprocess.run([*command, *options], capture_output=True, text=True, timeout=seconds + 60, env=clean_environment(None))
    requests = json.loads(result.stdout)["requests"]
    assert requests["ok"] == 0, requests
    return requests["failed"]


def a_storm_of_a_minute() -> None:
    """500 requests a second to a provider that sheds them all: it is left alone, they are told at once, and it is found when it is back."""
    storm = Storm(60.0, good)
    with gateway_before(storm) as (gateway, _), ThreadPoolExecutor(1) as pool:
        load = pool.submit(requests_that_failed, gateway, 500, 50)
        failed = load.result()
        took = sorted(line["ms"]["total"] for line in log_lines(gateway) if line.get("status") == 503)
        print(f"       {storm.refused} upstream calls for {failed} requests, refused in {took[len(took) // 2]:.2f} ms (median)")
        assert failed > 0.9 * 500 * 50, failed
        assert storm.refused <= 1.2 * failed + 10 * 60
        assert storm.refused <= 60 + 50, "a provider that sheds everything is asked by probes alone"
        assert took[len(took) // 2] < 5

        over = storm.began + 60
        answers = at_rate(gateway, 40, over + 15 - time.monotonic())
        refused = [answer for _, answer in answers if answer.status != 200 and answer.attempts == 0]
        assert refused and all(1 <= int(answer.headers["retry-after"]) <= 60 for answer in refused)
        first_good = next(i for i, (_, answer) in enumerate(answers) if answer.status == 200)
        print(f"       served again {answers[first_good][0] - over:.1f} s after its end")
        assert answers[first_good][0] - over < 10
        # Requests that were under way when the circuit closed may still have been refused.
        assert all(answer.status == 200 for _, answer in answers[first_good + 16 :]), "a second dip"
        assert metric(gateway, 'breakwater_circuit_opened_total{deployment="a"}') == 1


def a_provider_that_is_away_for_a_minute() -> None:
    """Its fallback serves; all workers together ask for it once a second at the most, and find it within ten."""
    primary = Switched()
    with FakeUpstream(primary) as a, FakeUpstream(good) as b:
        with Gateway(config({"a": a.url, "b": b.url}).replace("workers: 1", "workers: 2")) as gateway:
            assert chat(gateway).headers["x-breakwater-deployment"] == "a"
            primary.up = False
            down_at = time.monotonic()
            answers = [answer for _, answer in at_rate(gateway, 25, 60)]
            assert all(answer.status == 200 for answer in answers), "the fallback serves"
            asked = [at - down_at for at in primary.asked if at > down_at]
            late = [at for at in asked if at > 2]
            print(f"       asked {len(asked)} times in 60 s for {len(answers)} requests")
            assert late and all(later - earlier > 0.9 for earlier, later in pairwise(late)), late

            primary.up = True
            up_at = time.monotonic()
            while chat(gateway).headers["x-breakwater-deployment"] != "a":
                assert time.monotonic() - up_at < 10, "it is not found again"
                time.sleep(0.04)
            print(f"       found {time.monotonic() - up_at:.1f} s after it came back")


if __name__ == "__main__":
    sys.exit(run_together(a_storm_of_a_minute, a_provider_that_is_away_for_a_minute))
