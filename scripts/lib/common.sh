# The part that every script here shares: where things are, how to speak, how to run one step quietly. Sourced, never run.
# shellcheck shell=bash disable=SC2034

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build_dir=$root/build
# Downloads and rebuilt packages live outside the build folder, so that removing that costs no download.
cache_dir=${XDG_CACHE_HOME:-$HOME/.cache}/headgate
export LC_ALL=C.UTF-8

say() { printf '%s\n' "$*"; }
warn() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { warn "$*"; exit 1; }

# Seconds since the first of our scripts began (those it calls go on counting), for the left margin of each progress line.
export HEADGATE_SCRIPT_BEGAN=${HEADGATE_SCRIPT_BEGAN:-$EPOCHSECONDS}
SECONDS=$((EPOCHSECONDS - HEADGATE_SCRIPT_BEGAN))
progress() { printf '[%3d s] %s\n' "$SECONDS" "$*"; }

# run_group COMMAND...: runs it in a process group of its own and waits for it, so that an interrupted script can end it and all it
# started at once (end_children in its EXIT trap) instead of waiting for it. Its standard input is empty.
child=
run_group() {
  local status=0
  start_group "$@"
  child=$started_group
  wait "$child" || status=$?
  child=
  return "$status"
}
# The same in the background; its number is in started_group, for wait and end_group.
started_group=
start_group() {
  set -m
  (set +m; "$@") </dev/null &
  started_group=$!
  set +m
}
end_children() { end_group "$child"; }

# scripts/setup on behalf of another script; in the foreground where sudo may have to ask for a password.
run_setup() {
  if ((EUID == 0)); then run_group "$root/scripts/setup" --for "$1"; else "$root/scripts/setup" --for "$1"; fi
}

# step LOG TEXT COMMAND...: runs it with its output in LOG; on failure shows the end of that and where it is.
step() {
  local log=$1 text=$2; shift 2
  mkdir -p "$(dirname "$log")"
  progress "$text"
  local status=0
  run_group "$@" >>"$log" 2>&1 || status=$?
  ((status == 0)) && return 0
  tail -n 25 "$log" >&2
  warn "failed: $text (exit $status). The whole output: $log"
  return "$status"
}

# Call first in a script that starts things: on any end runs CLEANUP (a function's name), interrupted ones exit 130.
on_exit() {
  # shellcheck disable=SC2064  # the name as given
  trap "$1" EXIT
  trap 'exit 130' INT TERM HUP
}

as_root() {
  if ((EUID == 0)); then "$@"; return; fi
  command -v sudo >/dev/null || die "needs root for: $* (run as root, or install sudo)"
  sudo --preserve-env=DEBIAN_FRONTEND "$@"
}

# Ends one background job of ours and everything it started (it leads its own process group).
end_group() {
  local pid=${1:-}
  [[ -n $pid ]] || return 0
  kill -TERM -- "-$pid" 2>/dev/null || return 0
  local _
  for _ in {1..30}; do kill -0 -- "-$pid" 2>/dev/null || return 0; sleep 0.1; done
  kill -KILL -- "-$pid" 2>/dev/null || true
}

# Has process PID let go of all it held? One that nobody reaps stays as a zombie; its sockets are open while threads of it end.
has_ended() {
  local threads=(/proc/"$1"/task/*)
  ! kill -0 "$1" 2>/dev/null || [[ $(cut -d' ' -f3 "/proc/$1/stat" 2>/dev/null) == Z && ${#threads[@]} -le 1 ]]
}

# Is something listening on this loopback port? Needs no tool that a bare machine lacks.
port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# require_free_ports PORT=WHAT=OPTION...: dies naming the first one that is taken, and the option that chooses another.
require_free_ports() {
  local entry port what option
  for entry in "$@"; do
    IFS='=' read -r port what option <<<"$entry"
    ! port_taken "$port" || die "port $port ($what) is in use by another program: end that, or choose another port with $option"
  done
}

# Is process PID alive, and is it really the one whose command line holds TEXT? (A pid may have been given to another since.)
# While a process becomes another program its command line is empty for a moment, as that of an ended one is: only the latter stays so.
is_ours() {
  local pid=${1:-} text=$2 command_line="" word _
  [[ $pid =~ ^[0-9]+$ ]] || return 1
  for _ in {1..50}; do
    while IFS= read -r -d '' word; do command_line+="$word "; done 2>/dev/null <"/proc/$pid/cmdline" || true
    [[ -z $command_line && -e /proc/$pid/exe ]] || break
    sleep 0.01
  done
  [[ $command_line == *"$text"* ]]
}
