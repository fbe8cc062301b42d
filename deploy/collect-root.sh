#!/bin/sh
# Puts executables and all that they need at run time into a folder that can be the root of an image.
#   collect-root.sh FOLDER-OF-EXECUTABLES ROOT EXECUTABLE…
set -eu

from=$1
root=$2
shift 2

mkdir -p "$root/usr/bin" "$root/etc/ssl/certs" "$root/usr/share" "$root/tmp"
chmod 1777 "$root/tmp"

for program in "$@"; do
    cp "$from/$program" "$root/usr/bin/$program"
    strip "$root/usr/bin/$program"
    # Every library with its path, the loader included; the same paths in the image, so that nothing has to be told where they are.
    ldd "$from/$program" | awk '$2 == "=>" && $3 ~ /^\// { print $3 } $1 ~ /^\// { print $1 }'
done | sort -u | while read -r library; do
    [ -e "$root$library" ] && continue
    mkdir -p "$root$(dirname "$library")"
    # -L: the file itself under the name it is looked for.
    cp -L "$library" "$root$library"
done

cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
cp -r /usr/share/zoneinfo "$root/usr/share/"
# Second copies of the same zones, in other formats.
rm -rf "$root/usr/share/zoneinfo/posix" "$root/usr/share/zoneinfo/right"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
echo 'switchboard:x:10001:10001::/:/sbin/nologin' >"$root/etc/passwd"
echo 'switchboard:x:10001:' >"$root/etc/group"
