#!/bin/sh
# Installs Debian packages where that may be done without asking anyone. Usage: scripts/prepare.sh PACKAGE...
set -eu

say() { printf '%s\n' "$*" >&2; }

is_installed() { dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed; }

if ! command -v apt-get >/dev/null; then
    say "No apt-get here; not installed: $*."
    exit 1
fi

lacking=""
for package in "$@"; do
    is_installed "$package" || lacking="$lacking $package"
done
[ -n "$lacking" ] || exit 0

if [ "$(id -u)" -eq 0 ]; then
    as_root=""
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    say "Not root, and there is no sudo without a password; not installed:$lacking."
    exit 1
fi

# The tests start a PostgreSQL of their own; a first install shall not leave another one running.
clusters=/etc/postgresql-common/createcluster.d
if [ ! -e /etc/postgresql-common ]; then
    $as_root mkdir -p "$clusters"
    echo "create_main_cluster = false" | $as_root tee "$clusters/waystation.conf" >/dev/null
    trap '$as_root rm "$clusters/waystation.conf"; $as_root rmdir --ignore-fail-on-non-empty --parents "$clusters"' EXIT
fi

say "Installing with apt-get:$lacking."
$as_root apt-get update -qq
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $lacking >/dev/null
