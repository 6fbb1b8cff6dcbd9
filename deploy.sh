#!/usr/bin/env bash
# Brings a site up in a container on this machine, keeps it up, upgrades it, rolls it back. Needs docker or podman,
# an image from build.sh (or the archive it wrote), and nothing else: this file and the archive may travel alone.
set -euo pipefail

readonly CONTAINER_PORT=8000
readonly CONTAINER_GRPC_PORT=8001
readonly READY_SECONDS_MAX=60
# A stopping site has answered what it accepted in under 10 s; only well after that is it killed.
readonly STOP_SECONDS_MAX=15
readonly DISK_MEBIBYTES_MIN=1024
readonly MEMORY_MEBIBYTES_MIN=512

usage() {
  cat <<'END'
Usage: ./deploy.sh [ACTION] [OPTION ...]

Without an action: bring the site up, or start it again; where it already serves, nothing changes.

Actions
  --upgrade        Try the new image beside the serving one, then switch. If the new one does not become ready,
                   the old one serves on.
  --rollback       Switch back to the version before the last upgrade. A second rollback switches forward again.
  --status         Say what serves, where, since when, with how much memory.
  --logs           Print the last 200 lines of the site's log.
  --down           Stop and remove the containers. Data and images stay.
  --purge          Remove the containers, the data and the images. Asks first, unless --yes stands beside it.
  --help           Print this.

Options
  --archive FILE   Load the image from a file that `build.sh --archive` wrote: no registry needed.
  --image NAME     Image to run (default localhost/chamfer:latest, as build.sh tags it; the archive's with --archive).
  --port N         Port on this machine (default 8000). Always on 127.0.0.1: there is no login yet.
  --grpc-port N    Port for gRPC, there too (default 8001); off publishes none.
  --memory SIZE    Memory limit of the container (default 2g).
  --name NAME      Name of the containers and of the data volume (default chamfer), for several sites on one machine.
  --engine NAME    docker or podman (default: the first of the two that answers).
  --yes            Do not ask.

Examples
  ./build.sh && ./deploy.sh
  ./deploy.sh --archive chamfer.tar.gz --port 9000 --grpc-port 9001
  ./build.sh && ./deploy.sh --upgrade
END
}

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "$*"
  exit 1
}

# Sets `engine` to the one asked for, else to the first that answers.
choose_engine() {
  local wanted=${1:-} candidate
  for candidate in ${wanted:-docker podman}; do
    if "$candidate" version >/dev/null 2>&1 && "$candidate" info >/dev/null 2>&1; then
      engine=$candidate
      return
    fi
  done
  if [[ -n $wanted ]]; then
    fail "$wanted does not answer here. Try \`$wanted info\`: it says why. Is its service running, and may you use it?"
  fi
  fail "Neither docker nor podman answers here. Install one of them (on Debian: apt-get install docker.io), start it, and run this again; \`docker info\` says what is wrong."
}

inspect() { "$engine" inspect --type container --format "$2" "$1" 2>/dev/null; }
exists() { inspect "$1" '{{.Id}}' >/dev/null; }
is_running() { [[ $(inspect "$1" '{{.State.Running}}') == true ]]; }
restarts_of() { inspect "$1" '{{.RestartCount}}'; }
# docker and podman both answer with 64 hexadecimal digits, docker with `sha256:` before them.
image_of() { inspect "$1" '{{.Image}}' | sed 's/^sha256://'; }
# Empty where the container was made before there was such a setting.
setting_of() { inspect "$1" "{{index .Config.Labels \"chamfer.$2\"}}"; }
# Of an image or a container: both carry the labels.
version_of() {
  "$engine" inspect --format \
    '{{index .Config.Labels "org.opencontainers.image.version"}} ({{index .Config.Labels "org.opencontainers.image.revision"}})' "$1"
}
url_of() { printf 'http://127.0.0.1:%s' "$(setting_of "$1" port)"; }
grpc_address_of() { setting_of "$1" grpc-port | sed -E 's/^([0-9]+)$/127.0.0.1:\1/'; }
remove() { "$engine" rm --force --volumes "$1" >/dev/null 2>&1 || true; }

# Whether something on this machine already listens on the port.
is_port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# require_port PORT OPTION
require_port() {
  if is_port_taken "$1"; then
    fail "Port $1 on 127.0.0.1 is taken by something else. Choose another with $2."
  fi
}

require_grpc_port() { [[ $grpc_port == off ]] || require_port "$grpc_port" --grpc-port; }

# What is not given stays as it is in the container.
keep_settings() {
  [[ -n $port_given ]] || port=$(setting_of "$name" port)
  [[ -n $memory_given ]] || memory=$(setting_of "$name" memory)
  local was
  was=$(setting_of "$name" grpc-port)
  [[ -n $grpc_given || -z $was ]] || grpc_port=$was
}

# Whether the container has the settings asked for.
has_settings() {
  [[ $(setting_of "$name" port) == "$port" && $(setting_of "$name" memory) == "$memory" ]] &&
    [[ $(setting_of "$name" grpc-port) == "$grpc_port" ]]
}

# Disk and memory of this machine; says nothing where the engine keeps its files on another one.
require_room() {
  local root free
  root=$("$engine" info --format "$([[ $engine == docker ]] && echo '{{.DockerRootDir}}' || echo '{{.Store.GraphRoot}}')")
  if [[ -d $root ]]; then
    free=$(df -Pm "$root" | awk 'NR == 2 { print $4 }')
    ((free >= DISK_MEBIBYTES_MIN)) || fail "Only $free MiB are free under $root; $DISK_MEBIBYTES_MIN are needed."
  fi
  if [[ -r /proc/meminfo ]]; then
    free=$(awk '/^MemAvailable:/ { print int($2 / 1024) }' /proc/meminfo)
    ((free >= MEMORY_MEBIBYTES_MIN)) || fail "Only $free MiB of memory are free; $MEMORY_MEBIBYTES_MIN are needed."
  fi
}

# Sets `image` to the id of the image to run, loading the archive first where there is one.
choose_image() {
  local name=${image_name:-localhost/chamfer:latest} loaded
  if [[ -n $archive ]]; then
    [[ -r $archive ]] || fail "No archive can be read at $archive."
    say "Loading $archive ..."
    # Unpacked here, since not every podman unpacks.
    loaded=$(gzip --decompress --stdout "$archive" | "$engine" load 2>&1) ||
      fail "$archive is not an image archive that $engine can load: $loaded"
    name=${image_name:-$(sed -n 's/^Loaded image[^:]*: *//p' <<<"$loaded" | tr ',' '\n' | head -n 1)}
  fi
  image=$("$engine" image inspect --format '{{.Id}}' "$name" 2>/dev/null | sed 's/^sha256://') ||
    fail "There is no image $name here. Build it with ./build.sh, or load it with --archive FILE."
}

# create CONTAINER VOLUME [ARGUMENT ...]: a hardened container of `image`, not started.
create() {
  local container=$1 volume=$2
  shift 2
  local arguments=(
    --name "$container"
    --hostname "$name"
    --label "chamfer.port=$port"
    --label "chamfer.grpc-port=$grpc_port"
    --label "chamfer.memory=$memory"
    --volume "$volume"
    --read-only
    --cap-drop ALL
    --security-opt no-new-privileges
    --pids-limit 256
    --memory "$memory"
    --stop-timeout "$STOP_SECONDS_MAX"
    # What the engine publishes is on loopback only, so whoever reaches the container may use it.
    --env CHAMFER_TRUSTED_NETWORK=true
    --pull never
  )
  if [[ $engine == docker ]]; then
    arguments+=(--log-driver json-file --log-opt max-size=10m --log-opt max-file=3)
  else
    # podman keeps one file, and would mount a writable /tmp and /run beside --read-only.
    arguments+=(--log-driver k8s-file --log-opt max-size=10m --read-only-tmpfs=false)
    # It leaves health checks to systemd's timers, and complains at every turn where there is none.
    [[ -d /run/systemd/system ]] || arguments+=(--no-healthcheck)
  fi
  "$engine" create "${arguments[@]}" "$@" "$image" >/dev/null
}

# A container that serves this machine, on the data of the site.
create_published() {
  local published=(--publish "127.0.0.1:$port:$CONTAINER_PORT")
  [[ $grpc_port == off ]] || published+=(--publish "127.0.0.1:$grpc_port:$CONTAINER_GRPC_PORT")
  create "$1" "$name-data:/data" --restart unless-stopped "${published[@]}"
}

# Waits until the site in the container says itself that it is ready; returns 1, with its log, where it never does.
wait_until_ready() {
  local container=$1 started=$SECONDS restarts
  restarts=$(restarts_of "$container")
  printf 'Waiting until %s is ready ' "$container" >&2
  # A site that ends while it starts is restarted by the engine: that counts as ended too.
  while is_running "$container" && [[ $(restarts_of "$container") == "$restarts" ]] &&
    ((SECONDS - started < READY_SECONDS_MAX)); do
    if "$engine" exec "$container" node /app/healthcheck.mjs >/dev/null 2>&1; then
      say ' ready.'
      # With its status, since in what runs when a script ends a bare return repeats the status from before.
      return 0
    fi
    printf '.' >&2
    sleep 0.3
  done
  say ' it is not.'
  say "The last lines of its log:"
  "$engine" logs --tail 20 "$container" >&2 || true
  return 1
}

# start CONTAINER: starts it and waits; returns 1 where it does not become ready.
start() {
  local attempt complaint
  # A container that has just ended may hold the port a moment longer.
  for attempt in {1..10}; do
    if complaint=$("$engine" start "$1" 2>&1); then
      wait_until_ready "$1"
      return $?
    fi
    ((attempt == 10)) || sleep 0.5
  done
  say "$complaint"
  return 1
}
stop() { "$engine" stop -t "$STOP_SECONDS_MAX" "$1" >/dev/null; }

print_next_step() {
  local url
  url=$(url_of "$name")
  say "Chamfer $(version_of "$name") serves at $url"
  say "Check it from outside:  npm run client -- --url $url"
}

bring_up() {
  recover
  if exists "$name"; then
    bring_back_up
    return
  fi
  require_room
  require_port "$port" --port
  require_grpc_port
  choose_image
  "$engine" volume inspect "$name-data" >/dev/null 2>&1 || "$engine" volume create "$name-data" >/dev/null
  create_published "$name"
  if ! start "$name"; then
    remove "$name"
    fail 'The site did not become ready, and was removed again. Its data was kept.'
  fi
  print_next_step
}

# The container exists: nothing changes but that it runs.
bring_back_up() {
  if [[ -z $archive$image_name ]] && ! "$engine" image inspect localhost/chamfer:latest >/dev/null 2>&1; then
    image=$(image_of "$name")
  else
    choose_image
  fi
  keep_settings
  if [[ $(image_of "$name") != "$image" ]]; then
    fail "Chamfer $(version_of "$name") is deployed here, the image is $(version_of "$image"). To replace it, add --upgrade."
  fi
  if ! has_settings; then
    fail "Chamfer is deployed here with --port $(setting_of "$name" port) --grpc-port $(setting_of "$name" grpc-port) --memory $(setting_of "$name" memory). To change that, add --upgrade."
  fi
  if ! is_running "$name"; then
    require_port "$port" --port
    require_grpc_port
    start "$name" || fail 'The site does not become ready.'
  fi
  print_next_step
}

# Puts `$name-next` in the place of `$name`, which becomes `$name-previous`; takes it back where it fails.
switch_to_next() {
  stop "$name"
  trap switch_back EXIT
  "$engine" rename "$name" "$name-replaced"
  "$engine" rename "$name-next" "$name"
  start "$name" || exit 1
  trap - EXIT
  remove "$name-previous"
  "$engine" rename "$name-replaced" "$name-previous"
  print_next_step
}

switch_back() {
  say 'Switching back to the version that served before ...'
  if exists "$name-replaced"; then
    if exists "$name"; then
      stop "$name" || true
      "$engine" rename "$name" "$name-next"
    fi
    "$engine" rename "$name-replaced" "$name"
  fi
  # Before the start, so that nothing of it can hold the port.
  [[ $action == rollback ]] || remove "$name-next"
  if start "$name"; then print_next_step; else say 'It does not become ready either.'; fi
  [[ $action == upgrade ]] || "$engine" rename "$name-next" "$name-previous"
}

# What an interrupted upgrade or rollback left: the container that served gets its name back, and serves.
recover() {
  if exists "$name-replaced"; then
    remove "$name"
    "$engine" rename "$name-replaced" "$name"
    start "$name" || true
  fi
  remove "$name-next"
  remove "$name-trial"
}

upgrade() {
  recover
  exists "$name" || fail "Nothing is deployed under the name $name: run ./deploy.sh without --upgrade first."
  choose_image
  keep_settings
  if [[ $(image_of "$name") == "$image" ]] && has_settings; then
    say 'This image already serves; nothing changes.'
    print_next_step
    return
  fi
  [[ $(setting_of "$name" port) == "$port" ]] || require_port "$port" --port
  [[ $(setting_of "$name" grpc-port) == "$grpc_port" ]] || require_grpc_port
  require_room
  say "Trying $(version_of "$image") beside the serving $(version_of "$name"), on a volume of its own ..."
  trap 'remove "$name-trial"' EXIT
  create "$name-trial" /data
  start "$name-trial" || fail "The new version is not fit to serve. $(version_of "$name") serves on, untouched."
  remove "$name-trial"
  trap - EXIT
  create_published "$name-next"
  switch_to_next
}

rollback() {
  recover
  exists "$name-previous" || fail 'There is no version to roll back to.'
  say "Rolling back from $(version_of "$name") to $(version_of "$name-previous") ..."
  "$engine" rename "$name-previous" "$name-next"
  switch_to_next
}

print_status() {
  exists "$name" || fail "Nothing is deployed under the name $name."
  local health=no
  if is_running "$name" && "$engine" exec "$name" node /app/healthcheck.mjs >/dev/null 2>&1; then health=yes; fi
  printf 'version   %s\n' "$(version_of "$name")"
  printf 'address   %s\n' "$(url_of "$name")"
  printf 'gRPC      %s\n' "$(grpc_address_of "$name")"
  printf 'state     %s\n' "$(inspect "$name" '{{.State.Status}}, started {{.State.StartedAt}}, restarts: {{.RestartCount}}')"
  printf 'ready     %s\n' "$health"
  if is_running "$name"; then
    printf 'memory    %s\n' "$("$engine" stats --no-stream --format '{{.MemUsage}}' "$name")"
  fi
  printf 'data      volume %s-data\n' "$name"
  if exists "$name-previous"; then printf 'previous  %s (./deploy.sh --rollback)\n' "$(version_of "$name-previous")"; fi
  [[ $health == yes ]]
}

take_down() {
  local container
  for container in "$name" "$name-replaced"; do
    if exists "$container"; then stop "$container" || true; fi
  done
  for container in "$name" "$name-previous" "$name-next" "$name-replaced" "$name-trial"; do remove "$container"; done
  say "The containers are gone. The data stays in the volume $name-data; ./deploy.sh brings the site up again."
}

purge() {
  if [[ -z $yes ]]; then
    [[ -t 0 ]] || fail '--purge removes all data of the site. Add --yes where nobody can be asked.'
    read -r -p "Remove the containers, the images and ALL DATA in the volume $name-data? Type $name to go on: " answer
    [[ $answer == "$name" ]] || fail 'Nothing was removed.'
  fi
  take_down 2>/dev/null
  "$engine" volume rm "$name-data" >/dev/null 2>&1 || true
  "$engine" image ls --format '{{.Repository}}:{{.Tag}}' |
    { grep '^localhost/chamfer:' || true; } |
    while read -r tag; do "$engine" rmi "$tag" >/dev/null 2>&1 || say "$tag is still used by another container."; done
  say 'Containers, data and images are gone.'
}

main() {
  # Global, because what runs when the script ends reads them too.
  action=up archive='' image_name='' port=8000 port_given='' grpc_port=8001 grpc_given='' memory=2g memory_given='' name=chamfer yes=''
  engine='' image=''
  local wanted=''
  while (($# > 0)); do
    case $1 in
      --upgrade | --rollback | --status | --logs | --down | --purge)
        [[ $action == up ]] || fail "--$action and $1: one action at a time."
        action=${1#--}
        ;;
      --help | -h) usage; return ;;
      --yes) yes=1 ;;
      --archive | --image | --port | --grpc-port | --memory | --name | --engine)
        (($# >= 2)) || fail "$1 needs a value. See --help."
        case $1 in
          --archive) archive=$2 ;;
          --image) image_name=$2 ;;
          --port) port=$2 port_given=1 ;;
          --grpc-port) grpc_port=$2 grpc_given=1 ;;
          --memory) memory=$2 memory_given=1 ;;
          --name) name=$2 ;;
          --engine) wanted=$2 ;;
        esac
        shift
        ;;
      *) fail "Unknown option $1. See --help." ;;
    esac
    shift
  done
  [[ $port =~ ^[1-9][0-9]{0,4}$ && $port -le 65535 ]] || fail "--port $port: must be a port from 1 to 65535."
  [[ $grpc_port == off || ($grpc_port =~ ^[1-9][0-9]{0,4}$ && $grpc_port -le 65535) ]] ||
    fail "--grpc-port $grpc_port: must be a port from 1 to 65535, or off."
  [[ $memory =~ ^[1-9][0-9]*[mg]$ ]] || fail "--memory $memory: must be a size such as 512m or 2g."
  [[ $name =~ ^[a-z0-9][a-z0-9_.-]{0,62}$ ]] || fail "--name $name: lower-case letters, digits, dots and dashes only."
  [[ $wanted =~ ^(docker|podman)?$ ]] || fail "--engine $wanted: must be docker or podman."
  choose_engine "$wanted"
  case $action in
    up) bring_up ;;
    upgrade) upgrade ;;
    rollback) rollback ;;
    status) print_status ;;
    logs) "$engine" logs --tail 200 "$name" ;;
    down) take_down ;;
    purge) purge ;;
  esac
}

# build.sh reads this file for the words and the choice of engine above.
if [[ ${BASH_SOURCE[0]} == "$0" ]]; then main "$@"; fi
