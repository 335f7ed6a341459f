#!/usr/bin/env python3
"""Runs the examples of the documentation, so that none of them is wrong.

    python3 tests/docs/run.py [FILE...]

The word behind the language of a fenced block says what is done with it:

    bash run    runs against a gateway with the embedded default; must succeed, say something, and show no error object
    bash fails  the same, but must show an error object
    bash listed is not run, because it builds or needs a daemon; its syntax and the files that it names are checked
    python run, js run   as `bash run`, with the official SDKs that tests/sdk/run.sh installs
    yaml check  must pass `breakwater check`
    cpp PATH    must compile as the file PATH of the source tree
    text, json, http ... (no second word) are not looked at; a bash, python, js, yaml or cpp block must have one

Links between the documents are checked as well, and so is that every metric is documented and every documented metric exists, and
that docs/providers.md has every dialect and every preset, and docs/configuration.md all that the gateway knows.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

SOURCE_DIR = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE_DIR / "tests"))

from blackbox.gateway import Gateway, find_binary, server_section  # noqa: E402
from docs import links  # noqa: E402
from docs.blocks import Block, blocks_of  # noqa: E402
from docs.runners import RUNNERS, Failed, Place, Skipped  # noqa: E402
from matrix import registry  # noqa: E402

# A change of format that hides the blocks from this program must not look like success.
EXPECTED_KINDS = {"bash run", "bash fails", "bash listed", "python run", "js run", "yaml check", "cpp"}
METRIC = re.compile(r"\b(?:breakwater|process)_[a-z_]+[a-z]\b")
# What has metrics of its own once it is configured.
WITH_LIMITS = server_section() + """
providers: {sim: {dialect: sim}}
deployments: {a: {provider: sim, model: chat, limits: {concurrency: 2}}}
routes: {r: {candidates: [a], queue: on}}
"""
SERIES_SUFFIX = re.compile(r"_(bucket|sum|count)$")


def documents() -> list[Path]:
    return sorted(path for pattern in ("*.md", "docs/**/*.md", "config/**/*.md", "src/**/*.md") for path in SOURCE_DIR.glob(pattern))


def run_block(block: Block, place: Place) -> str:
    """"ok", "skipped" or "FAILED", said on the way."""
    runner = RUNNERS.get(block.kind)
    try:
        if runner is None:
            raise Failed(f"no runner for `{block.kind}`; see the top of tests/docs/run.py")
        runner(block, place)
    except Skipped as skipped:
        print(f"skipped {block}: {skipped}")
        return "skipped"
    except Failed as failed:
        print(f"FAILED  {block}: {failed}")
        return "FAILED"
    return "ok"


def metrics_of(gateway: Gateway) -> set[str]:
    with urllib.request.urlopen(f"{gateway.admin_url}/metrics", timeout=10) as answer:
        return set(re.findall(r"^# TYPE (\S+)", answer.read().decode(), re.MULTILINE))


def metric_problems(used: Gateway) -> list[str]:
    with Gateway(WITH_LIMITS) as limited:
        exported = metrics_of(used) | metrics_of(limited)
    problems = []
    for name, must_be_complete in (("docs/operations.md", True), ("docker/alerts.yml", False)):
        named = {m if m in exported else SERIES_SUFFIX.sub("", m) for m in METRIC.findall((SOURCE_DIR / name).read_text())}
        problems += [f"{name}: there is no metric {metric}" for metric in sorted(named - exported)]
        if must_be_complete:
            problems += [f"{name}: the metric {metric} is not described" for metric in sorted(exported - named)]
    return problems


def provider_problems() -> list[str]:
    """What the pages do not say of dialects and presets."""
    page = (SOURCE_DIR / "docs/providers.md").read_text()
    rows = set(re.findall(r"^\| `([a-z.]+)` \|", page.partition("\n## ")[0], re.MULTILINE))
    kinds = set(re.findall(r"`([a-z0-9_-]+)`", page.partition("| kind | presets |")[2].partition("\n\n")[0]))
    presets = re.findall(r"^  ([a-z0-9_-]+):$", (SOURCE_DIR / "config/presets.yaml").read_text(), re.MULTILINE)
    problems = [f"docs/providers.md: the table of dialects lacks {name}" for name in registry.dialects("provider") if name not in rows]
    reference = subprocess.run([str(find_binary()), "reference"], capture_output=True, text=True, check=True).stdout
    if reference != (SOURCE_DIR / "docs/configuration.md").read_text():
        problems.append("docs/configuration.md is not what `breakwater reference` says; are all dialects in tests/unit/config/test_environment.hpp?")
    return problems + [f"docs/providers.md: the table of presets lacks {name}" for name in presets if name not in kinds]


def main(arguments: list[str]) -> int:
    files = [Path(name).resolve() for name in arguments] or documents()
    blocks = [block for file in files for block in blocks_of(file)]
    problems = links.problems(documents(), SOURCE_DIR)
    if not arguments:
        problems += [f"no block `{kind}` was found" for kind in sorted(EXPECTED_KINDS - {block.kind for block in blocks})]
    with tempfile.TemporaryDirectory(prefix="breakwater-docs-") as folder, Gateway() as gateway:
        place = Place(SOURCE_DIR, Path(folder), gateway.listen, gateway.admin)
        results = [run_block(block, place) for block in blocks]
        # After all blocks, because some metrics are there only once something was counted.
        if not arguments:
            problems += metric_problems(gateway) + provider_problems()
    for problem in problems:
        print(f"FAILED  {problem}")
    print(f"documentation: {results.count('ok')} examples passed, {results.count('FAILED') + len(problems)} failed, {results.count('skipped')} skipped")
    return 1 if problems or "FAILED" in results else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
