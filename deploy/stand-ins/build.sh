#!/bin/sh
# Makes local stand-ins under the names of the official images, for trying compose.yaml on a machine that reaches Debian's packages and
# no registry. Needs podman and debootstrap, as root. What is missing is made; images that are there already stay.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
debian=docker.io/library/debian:bookworm-slim

has() { podman image exists "$1"; }

if ! has $debian; then
    root=$(mktemp -d)
    trap 'rm -rf "$root"' EXIT
    debootstrap --variant=minbase bookworm "$root" >&2
    tar -C "$root" -c . | podman import - $debian
fi
has docker.io/library/rabbitmq:4 || podman build -f "$here/rabbitmq.Containerfile" -t docker.io/library/rabbitmq:4 "$here"
has docker.io/library/postgres:17 || podman build -f "$here/postgres.Containerfile" -t docker.io/library/postgres:17 "$here"
