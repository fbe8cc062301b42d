#!/bin/sh
# prepare.sh <folder> <requirements.txt>: makes an environment with the pinned versions, unless it is there.
# 0 it is there; 75 it can't be made here (no python3 with venv, or no way to PyPI), with the reason on the standard output.
set -u
environment=$1
requirements=$2
cmp -s "$requirements" "$environment/requirements.txt" && exit 0
command -v python3 >/dev/null 2>&1 || { echo "python3 is not installed"; exit 75; }
python3 -c 'import venv, ensurepip' 2>/dev/null || { echo "python3 has no venv (Debian: python3-venv)"; exit 75; }
log=$environment.log
python3 -m venv --clear "$environment" >"$log" 2>&1 || { cat "$log"; exit 1; }
if timeout 180 "$environment/bin/pip" install --quiet --disable-pip-version-check --timeout 10 --retries 1 -r "$requirements" >"$log" 2>&1; then
    cp "$requirements" "$environment/requirements.txt"
    exit 0
fi
code=$?
# 124: the time was over.
if [ "$code" -eq 124 ] || grep -q -i -E 'connection broken|timed out|name resolution|ProxyError|Tunnel connection failed|HTTP error (403|407|5[0-9][0-9])' "$log"; then
    echo "PyPI can't be reached"
    exit 75
fi
cat "$log"
exit 1
