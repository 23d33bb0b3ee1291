# Shared by the scripts. Source it; it moves to the root of the repository.
# shellcheck shell=bash

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

# need COMMAND ADVICE: ends with the advice when the command is absent.
need() { command -v "$1" >/dev/null 2>&1 || die "\`$1\` is not installed: $2"; }

# step TITLE COMMAND…: runs the command under a title with its duration; remembers failures in FAILED_STEPS.
FAILED_STEPS=()
step() {
    local title=$1 start=$SECONDS
    shift
    say "── $title"
    if "$@"; then
        say "   $title: ok ($((SECONDS - start)) s)"
    else
        FAILED_STEPS+=("$title")
        say "   $title: FAILED ($((SECONDS - start)) s)"
    fi
}
