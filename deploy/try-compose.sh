#!/bin/sh
# Runs compose.yaml for real and talks to the demo bot in it: builds, starts, scales the dialog workers to three, kills one of them, and
# takes everything down again. Exit code 0: every answer came.
#   deploy/try-compose.sh                                                  with docker
#   COMPOSE=podman-compose ENGINE=podman SKIP_BUILD=1 deploy/try-compose.sh    with podman, and an image made before
# Where no registry is within reach, deploy/stand-ins/build.sh makes the base images first. Needs curl.
set -eu

cd "$(dirname -- "$0")/.."
COMPOSE=${COMPOSE:-docker compose}
ENGINE=${ENGINE:-docker}
SWITCHBOARD_SIMULATOR_PORT=${SWITCHBOARD_SIMULATOR_PORT:-8081}
export SWITCHBOARD_SIMULATOR_PORT
control=http://127.0.0.1:$SWITCHBOARD_SIMULATOR_PORT/control/v1
person=compose_$$

say() { printf '%s\n' "$*" >&2; }

# What the person says, and a word of the answer that must come within 20 s.
talk() {
    cursor=$(curl -fsS -G "$control/transcript" --data-urlencode "bot=$1" --data-urlencode "person=$person" | sed -n 's/.*"cursor":\([0-9]*\).*/\1/p')
    curl -fsS "$control/messages" -d "{\"bot\":\"$1\",\"person\":\"$person\",\"text\":\"$2\"}" >/dev/null
    answer=$(curl -fsS -G "$control/wait" --data-urlencode "bot=$1" --data-urlencode "person=$person" -d "since=${cursor:-0}" -d messages=1 -d timeout=20)
    case $answer in
    *"$3"*) say "  $1: $2 -> ok" ;;
    *) say "  $1: $2 -> no answer with \"$3\": $answer"; return 1 ;;
    esac
}

await() {
    deadline=$(($(date +%s) + 180))
    until "$@" >/dev/null 2>&1; do
        [ "$(date +%s)" -lt "$deadline" ] || { say "not within 180 s: $*"; return 1; }
        sleep 1
    done
}

# Ids of the containers of this project, of those whose name matches when one is given.
containers() { $ENGINE ps -aq --filter label=com.docker.compose.project=switchboard --filter "name=${1:-}"; }

gateway_is_healthy() { $COMPOSE exec -T gateway switchboard-gateway health; }

# shellcheck disable=SC2317 # called by the trap
finish() {
    code=$?
    [ $code -eq 0 ] || $COMPOSE logs --tail 40 >&2 || true
    # Podman's compose forgets those that scaling added.
    containers | xargs -r "$ENGINE" rm -f >/dev/null 2>&1 || true
    $COMPOSE down -v >/dev/null 2>&1 || true
    exit $code
}
trap finish EXIT

say "building …"
[ -n "${SKIP_BUILD:-}" ] || $COMPOSE build >&2
$ENGINE image inspect switchboard --format '{{.Size}}' | awk '{ printf "image: %.0f MB\n", $1 / 1e6 }' >&2

say "starting …"
began=$(date +%s)
$COMPOSE up -d >&2
await gateway_is_healthy
say "ready after $(($(date +%s) - began)) s"
curl -fsS "$control/people" -d "{\"name\":\"Compose\",\"username\":\"$person\"}" >/dev/null
talk demo /start "shopping list"
talk count hello "hello #1"

say "three dialog workers …"
$COMPOSE up -d --scale dialog=3 >&2
for n in 2 3 4; do talk count hello "hello #$n"; done

say "kill -9 of one of them …"
victim=$(containers dialog | head -n 1)
$ENGINE kill -s KILL "$victim" >/dev/null
for n in 5 6 7; do talk count hello "hello #$n"; done
say "all answers came, in order"
