# Finds something that can build and run an image, for docker/test.sh; to be sourced. A Docker daemon where one answers; else podman as
# root, with a base image made from Debian packages, so that neither a daemon nor a registry is needed.
#
# After choose_engine: `engine ARGUMENTS...` is the container command, build_options and run_options hold what it needs beside that.
base_image=localhost/breakwater-base:bookworm
state=$root/build/image
engine_name=none
build_options=()
run_options=()

skip() {
  echo "docker: skipped ($*)"
  exit 0
}

engine() {
  case $engine_name in
    docker) docker "$@" ;;
    podman)
      # crun cannot handle a machine with both versions of cgroups, runc can. All state is below build/image, where it makes the
      # second run fast.
      podman --runtime runc --cgroup-manager cgroupfs --events-backend file \
        --root "$state/store" --runroot "$state/run" --tmpdir "$state/tmp" "$@"
      ;;
  esac
}

choose_engine() {
  # The docker command alone says nothing: it is often there without a daemon.
  if command -v docker >/dev/null && docker info >/dev/null 2>&1; then
    engine_name=docker
    build_options=(--network host)
    return
  fi
  [ "$(id -u)" = 0 ] || skip "no Docker daemon answers, and podman is tried only as root"
  install_podman
  engine_name=podman
  mkdir -p "$state/ccache"
  build_options=(--pull=never --isolation chroot --format docker --build-arg "BASE=$base_image" --volume "$state/ccache:/root/.cache/ccache")
  # podman asks for more open files and processes than a container is allowed to grant, and has no timer for health checks
  # where there is no systemd; the test runs them itself.
  run_options=(--ulimit "nofile=$(limit -n 65536)" --ulimit "nproc=$(limit -u 32768)" --health-interval=disable)
  make_base_image
}

# The hard limit of this shell, at most $2.
limit() {
  local hard
  hard=$(ulimit -H "$1")
  if [ "$hard" = unlimited ] || [ "$hard" -gt "$2" ]; then hard=$2; fi
  echo "$hard:$hard"
}

install_podman() {
  command -v podman >/dev/null && command -v runc >/dev/null && command -v mmdebstrap >/dev/null && return
  local log
  log=$(mktemp)
  { apt-get update && apt-get install -y --no-install-recommends podman runc mmdebstrap; } >"$log" 2>&1 ||
    { tail -5 "$log" >&2; rm -f "$log"; skip "no Docker daemon answers, and podman cannot be installed"; }
  rm -f "$log"
}

# A stand-in for the published base: the same release, from the package sources of this machine.
make_base_image() {
  engine image inspect "$base_image" >/dev/null 2>&1 && return
  local sources
  grep -qx 'VERSION_CODENAME=bookworm' /etc/os-release || skip "the base image can be made on Debian 12 only"
  for sources in /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list; do [ -s "$sources" ] && break; done
  [ -s "$sources" ] || skip "this machine names no package sources to make the base image from"
  echo "docker: making the base image"
  mmdebstrap --quiet --variant=apt --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' bookworm "$state/base.tar" "$sources" || skip "the base image cannot be made"
  engine import --change 'CMD ["bash"]' "$state/base.tar" "$base_image" >/dev/null
  rm -f "$state/base.tar"
}

# What podman leaves mounted when its last container has ended.
leave_engine() {
  if [ "$engine_name" = podman ]; then umount -l "$state/store/overlay" 2>/dev/null || true; fi
}
