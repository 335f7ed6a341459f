#!/bin/bash
# Builds the image and proves that it works as it is meant to be run: read-only, without capabilities, as nobody in particular.
# Where neither a Docker daemon nor podman can be had, it says so and succeeds.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
image=breakwater:test
size_max=$((30 * 1024 * 1024))
. docker/engine.sh

scratch=$(mktemp -d)
containers=()
helpers=()

clean_up() {
  local status=$?
  if [ $engine_name != none ]; then
    for name in "${containers[@]}"; do
      [ $status = 0 ] || engine logs "$name" >&2 || true
      engine rm -f "$name" >/dev/null 2>&1 || true
    done
    leave_engine
  fi
  for pid in "${helpers[@]}"; do kill "$pid" 2>/dev/null || true; done
  rm -rf "$scratch"
}
trap clean_up EXIT

ok() { echo "docker: $*"; }
fail() {
  echo "docker: FAILED: $*" >&2
  exit 1
}
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
image_fact() { engine image inspect "$image" --format "$1"; }
container_fact() { engine inspect "$1" --format "$2"; }

build() {
  local started=$SECONDS
  engine build "${build_options[@]}" -f docker/Dockerfile -t "$image" . >"$scratch/build.log" 2>&1 ||
    { tail -40 "$scratch/build.log" >&2; fail "the image does not build"; }
  ok "built with $engine_name in $((SECONDS - started)) s"
}

check_metadata() {
  [ "$(image_fact '{{.Config.User}}')" = 65532:65532 ] || fail "the image does not run as user 65532"
  [ "$(image_fact '{{.Config.StopSignal}}')" = SIGTERM ] || fail "the stop signal is not SIGTERM"
  local environment
  environment=$(image_fact '{{json .Config.Env}}')
  [[ $environment == *BREAKWATER_LISTEN=0.0.0.0:8080* ]] || fail "the image does not listen on all addresses"
  [[ $environment == *BREAKWATER_ADMIN=127.0.0.1:9090* ]] || fail "the administration listener is open to others"
  [ "$(image_fact '{{len .Config.ExposedPorts}}')" = 2 ] || fail "the image does not name its two ports"
}

check_size() {
  local bytes
  bytes=$(engine save "$image" | gzip | wc -c)
  [ "$bytes" -le $size_max ] || fail "the image has $bytes bytes compressed, more than $size_max"
  ok "$((bytes / 1024)) KB compressed"
}

# start NAME OPTIONS...: a container on this machine's network, on free ports that end up in $port and $admin.
start() {
  local name=$1
  shift
  port=$(free_port) admin=$(free_port)
  containers+=("$name")
  engine run -d --name "$name" --network host --read-only --cap-drop ALL --security-opt no-new-privileges --memory 256m \
    "${run_options[@]}" -e "BREAKWATER_LISTEN=0.0.0.0:$port" -e "BREAKWATER_ADMIN=127.0.0.1:$admin" "$@" \
    >/dev/null 2>"$scratch/run.log" || { cat "$scratch/run.log" >&2; fail "$name does not start"; }
  for _ in $(seq 100); do
    curl -fsS -m 2 "http://127.0.0.1:$admin/readyz" >/dev/null 2>&1 && return
    sleep 0.1
  done
  fail "$name is not ready after 10 s"
}

# ask MODEL: the answer's status is in $status, its body in $answer.
ask() {
  status=$(curl -sS -m 10 -o "$scratch/answer" -w '%{http_code}' "http://127.0.0.1:$port/v1/chat/completions" \
    -H 'Content-Type: application/json' -d '{"model":"'"$1"'","messages":[{"role":"user","content":"Hello"}]}')
  answer=$(cat "$scratch/answer")
}

check_serving() {
  ask sim/chat
  if [ "$status" != 200 ] || [[ $answer != *'simulated answer to: Hello'* ]]; then fail "a request got $status $answer"; fi
  local pid
  pid=$(container_fact "$1" '{{.State.Pid}}')
  [ "$(awk '/^Uid:/ {print $2}' "/proc/$pid/status")" = 65532 ] || fail "the process does not run as user 65532"
  [ "$(awk '/^CapEff:/ {print $2}' "/proc/$pid/status")" = 0000000000000000 ] || fail "the process has capabilities"
  if engine exec "$1" /bin/sh -c true >/dev/null 2>&1; then fail "the image has a shell"; fi
  ok "serves read-only, without capabilities, as user 65532"
}

check_health() {
  local health=unknown
  for _ in $(seq 40); do
    # Its exit code is not to be trusted, so the state decides.
    [ $engine_name = docker ] || engine healthcheck run "$1" >/dev/null 2>&1 || true
    health=$(container_fact "$1" '{{.State.Health.Status}}')
    [ "$health" = healthy ] && { ok "healthy"; return; }
    sleep 0.5
  done
  fail "the health check says $health"
}

check_stop() {
  local started=$SECONDS
  engine stop -t 20 "$1" >/dev/null 2>&1 || fail "$1 cannot be stopped"
  local code
  code=$(container_fact "$1" '{{.State.ExitCode}}')
  [ "$code" = 0 ] || fail "exit code $code after SIGTERM"
  [ $((SECONDS - started)) -lt 15 ] || fail "it took $((SECONDS - started)) s to stop"
  ok "stops cleanly"
}

# serve_pages PORT: a TLS server that answers every POST with a page.
serve_pages() {
  exec python3 - "$1" "$scratch/certificate.pem" "$scratch/key.pem" >/dev/null 2>&1 <<'PYTHON'
import http.server, ssl, sys

class Page(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "13")
        self.end_headers()
        self.wfile.write(b"<html></html>")

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[2], sys.argv[3])
server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Page)
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
server.serve_forever()
PYTHON
}

# A provider on this machine by name and over TLS: what a root folder with a library or file too few gets wrong. The certificate is put
# where the image has the authorities, so the answer tells whether they are looked at.
check_upstream() {
  local upstream
  upstream=$(free_port)
  openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout "$scratch/key.pem" -out "$scratch/certificate.pem" 2>/dev/null
  serve_pages "$upstream" &
  helpers+=($!)
  for _ in $(seq 100); do
    (: <"/dev/tcp/127.0.0.1/$upstream") 2>/dev/null && break
    sleep 0.1
  done
  mkdir "$scratch/config"
  sed "s/UPSTREAM/$upstream/" >"$scratch/config/breakwater.yaml" <<'YAML'
version: 1
server: { listen: "${BREAKWATER_LISTEN}", admin: "${BREAKWATER_ADMIN}" }
keys: open
providers:
  local: { dialect: openai, base_url: "https://localhost:UPSTREAM/v1" }
deployments:
  model: { provider: local, model: model }
defaults: { retry: { attempts: 1 } }
YAML
  chmod -R a+rX "$scratch"
  start breakwater-test-untrusting -v "$scratch/config:/etc/breakwater:ro" "$image" serve --config /etc/breakwater/breakwater.yaml
  ask model
  [[ $answer == *upstream_tls_failed* ]] || fail "an unknown certificate got $status $answer"
  start breakwater-test-trusting -v "$scratch/config:/etc/breakwater:ro" \
    -v "$scratch/certificate.pem:/etc/ssl/certs/ca-certificates.crt:ro" "$image" serve --config /etc/breakwater/breakwater.yaml
  ask model
  # A page is no answer of a model, but the connection itself was fine.
  [[ $answer == *upstream_invalid_response* ]] || fail "a known certificate got $status $answer"
  ok "finds providers by name and checks their certificates"
}

choose_engine
build
check_metadata
check_size
start breakwater-test "$image"
check_serving breakwater-test
check_health breakwater-test
check_stop breakwater-test
check_upstream
ok "all checks passed"
