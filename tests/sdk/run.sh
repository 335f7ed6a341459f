#!/usr/bin/env bash
# Runs the tests with official client SDKs: tests/sdk/run.sh [SUITE]. Packages are installed below build/sdk, at the pinned versions.
# The suites are python; llamaindex, whose packages want another major version of OpenAI's SDK than python's, and so are elsewhere; node.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source_dir=$(cd "$here/../.." && pwd)
work_dir=$source_dir/build/sdk
export BREAKWATER_SOURCE_DIR=$source_dir
export BREAKWATER_RECORDINGS=${BREAKWATER_RECORDINGS:-$source_dir/../shared/recordings}
export PYTHONDONTWRITEBYTECODE=1

unreachable='from versions: none|NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError|Network is unreachable|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH'
passed=0 failed=0 skipped=0

# install SUITE REGISTRY COMMAND...: fails when the registry cannot be reached; any other failure ends the run. The commands join their
# steps with &&, because a function that is a condition does not stop at its first failure.
install() {
  local suite=$1 registry=$2 log=$work_dir/install-$1.log
  shift 2
  if "$@" >"$log" 2>&1; then return 0; fi
  if ! grep -qE "$unreachable" "$log"; then
    cat "$log"
    echo "sdk $suite: the packages cannot be installed"
    exit 1
  fi
  echo "sdk $suite: skipped ($registry cannot be reached)"
  skipped=$((skipped + 1))
  return 1
}

# install_python SUITE VENV
install_python() {
  local wanted=$here/$1/requirements.txt venv=$2
  if cmp -s "$wanted" "$venv/installed.txt"; then return 0; fi
  python3 -m venv "$venv" &&
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$wanted" &&
    cp "$wanted" "$venv/installed.txt"
}

install_node() {
  local node=$work_dir/node
  if cmp -s "$node/package-lock.json" "$node/node_modules/installed.json"; then return 0; fi
  (cd "$node" && npm ci --no-audit --no-fund) && cp "$node/package-lock.json" "$node/node_modules/installed.json"
}

# run_python SUITE VENV
run_python() {
  local suite=$1 venv=$work_dir/$2 results=$work_dir/$1.xml
  install "$suite" PyPI install_python "$suite" "$venv" || return 0
  rm -f "$results"
  "$venv/bin/python" -m pytest -q -p no:cacheprovider --junitxml="$results" "$here/$suite" || true
  read -r p f s < <(python3 - "$results" <<'EOF'
import sys
from xml.etree import ElementTree

suite = ElementTree.parse(sys.argv[1]).getroot().find("testsuite")
tests, failed, errors, skipped = (int(suite.get(name)) for name in ("tests", "failures", "errors", "skipped"))
print(tests - failed - errors - skipped, failed + errors, skipped)
EOF
)
  count "$p" "$f" "$s"
}

# Node finds packages beside the importing file, so the tests run from a copy beside node_modules.
run_node() {
  mkdir -p "$work_dir/node"
  rm -f "$work_dir"/node/*.mjs
  cp "$here"/node/*.mjs "$here"/node/package.json "$here"/node/package-lock.json "$work_dir/node/"
  install node "The npm registry" install_node || return 0
  local results=$work_dir/node.tap
  rm -f "$results"
  (cd "$work_dir/node" && node --test --test-concurrency=2 --test-timeout=60000 \
    --test-reporter=spec --test-reporter-destination=stdout --test-reporter=tap --test-reporter-destination="$results" ./*.test.mjs) || true
  if [ ! -s "$results" ]; then
    echo "sdk node: FAILED: the tests did not run, node wrote no results" >&2
    count 0 1 0
    return 0
  fi
  count "$(tap_count pass)" "$(($(tap_count fail) + $(tap_count cancelled)))" "$(tap_count skipped)"
}

tap_count() {
  sed -n "s/^# $1 //p" "$work_dir/node.tap" | tail -1
}

count() {
  passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
}

mkdir -p "$work_dir"
(cd "$here/.." && python3 -c 'from blackbox.gateway import find_binary; find_binary()')
case ${1:-all} in
  python) run_python python venv ;;
  llamaindex) run_python llamaindex venv-llamaindex ;;
  node) run_node ;;
  all)
    run_python python venv
    run_python llamaindex venv-llamaindex
    run_node
    ;;
  *) echo "usage: $0 [python|llamaindex|node]" >&2 && exit 2 ;;
esac
echo "sdk${1:+ $1}: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
