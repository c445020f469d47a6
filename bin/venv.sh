# Sourced by bin/up and bin/test: the virtualenv, made and filled from a lock file when needed.
# Nothing is fetched, and nothing is started, when what is there is what the lock file says.

root="$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")"
venv="$root/.venv"

ensure_venv() { # ensure_venv LOCK: `up` or `test`, as in bin/lock
    is_installed "$1" && return
    mkdir -p "$venv" || fail "Cannot write to $root. Run this as the user who owns it."
    exec 9>"$venv/.lock" # two of us at once would undo each other's work
    flock 9
    is_installed "$1" || install "$1"
    exec 9>&-
}

is_installed() {
    # The test set contains the other, at the same versions.
    [[ -x "$venv/bin/python" ]] && { is_stamped "$1" || is_stamped test; }
}

is_stamped() { [[ -f "$venv/.installed-$1" ]] && cmp -s "$venv/.installed-$1" "$root/bin/lock/$1.txt"; }

install() {
    local python pip
    python="$(find_python)"
    rm -f "$venv"/.installed-*
    if ! "$venv/bin/python" -c "" 2>/dev/null; then # none yet, or its Python is gone
        find "$venv" -mindepth 1 -maxdepth 1 ! -name .lock -exec rm -rf {} +
        "$python" -m venv --without-pip "$venv"
    fi
    pip=("$python" -m pip --python "$venv/bin/python")
    echo "Installing into $venv what bin/lock/$1.txt names. Once; it takes a few minutes."
    "${pip[@]}" install --quiet --quiet --no-deps --require-hashes --disable-pip-version-check \
        --requirement "$root/bin/lock/$1.txt" || fail "The installation failed; see above."
    cp "$root/bin/lock/$1.txt" "$venv/.installed-$1"
}

find_python() { # PYTHON if it is set, else the first that is new enough; both need pip
    local python
    for python in ${PYTHON:-python3.11 python3 python3.12 python3.13}; do
        if "$python" -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null; then
            "$python" -m pip --version >/dev/null 2>&1 && echo "$python" && return
            fail "$python has no pip. On Debian: apt-get install python3-pip"
        fi
    done
    fail "Python 3.11 or newer is needed. On Debian 12: apt-get install python3 python3-pip"
}

fail() {
    echo "$*" >&2
    exit 1
}
