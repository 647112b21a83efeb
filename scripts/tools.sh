#!/bin/sh
# Puts uv, which fetches everything else, into a private folder. Usage: scripts/tools.sh FOLDER
set -eu

UV_VERSION=0.13.9
folder=$1
python=${PYTHON:-python3}

say() { printf '%s\n' "$*" >&2; }

has() { "$python" -c "import $1" 2>/dev/null; }

with_venv() { "$python" -m venv --clear "$folder" && "$folder/bin/python" -m pip install --quiet "uv==$UV_VERSION"; }

with_virtualenv() {
    "$python" -m virtualenv --quiet --clear "$folder" && "$folder/bin/python" -m pip install --quiet "uv==$UV_VERSION"
}

with_pip() { "$python" -m pip install --quiet --upgrade --target "$folder" "uv==$UV_VERSION"; }

# Debian keeps venv and pip in packages of their own, so any of them may be missing.
fetch() {
    if has ensurepip; then
        with_venv
    elif has virtualenv; then
        with_virtualenv
    elif has pip; then
        with_pip
    else
        "$(dirname "$0")/prepare.sh" python3-venv && with_venv
    fi
}

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    say "Waystation needs Python 3.11 or newer; $python is older or missing."
    say "Install it, or name another one: make setup PYTHON=/path/to/python3.11"
    exit 1
fi

if ! fetch; then
    say "The tool uv $UV_VERSION, which fetches the packages, could not be put into $folder."
    say "If the lines above speak of the network, mend that. Otherwise give Python its venv (on Debian, as root:"
    say "apt-get install python3-venv), or bring uv $UV_VERSION yourself: make setup UV=/path/to/uv"
    exit 1
fi
touch "$folder/bin/uv"
