#!/bin/sh
# The workflow in one place: ./run.sh start | test | check
# Needs python3 (3.11 or newer) with venv; uses uv when it is there.
set -eu
cd "$(dirname "$0")"

say() { printf '%s\n' "run.sh: $*" >&2; }

find_python() {
    for name in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s\n' "$name"
            return
        fi
    done
    say "no Python 3.11 or newer found; install python3, or name one with PYTHON=..."
    exit 1
}

# A stamp says which lock file and project file a set-up was made from.
set_up() {
    lock="locks/$1.txt"
    stamp=".venv/.$1-$(cat "$lock" pyproject.toml | cksum | tr ' ' '-')"
    [ -f "$stamp" ] && [ -x .venv/bin/aggregator ] && return
    say "setting up .venv"
    if command -v uv >/dev/null 2>&1; then
        [ -x .venv/bin/python ] || uv venv --quiet --python ">=3.11" .venv
        uv pip install --quiet --python .venv/bin/python --require-hashes -r "$lock"
        uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation -e .
    else
        python=$(find_python)
        if [ ! -x .venv/bin/pip ]; then
            "$python" -m venv --clear .venv || {
                say "python3 -m venv failed; on Debian and Ubuntu: apt install python3-venv"
                exit 1
            }
        fi
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --use-pep517 \
            --require-hashes -r "$lock"
        .venv/bin/python -m pip install --quiet --disable-pip-version-check \
            --no-deps --no-build-isolation -e .
    fi
    rm -f .venv/."$1"-*
    : > "$stamp"
}

check() {
    .venv/bin/ruff check .
    .venv/bin/ruff format --check --quiet .
    .venv/bin/mypy
    .venv/bin/python -m pytest -q tests/test_architecture.py
}

# The browser's tests need Debian's Chromium; only a build machine gets one without being asked.
find_browser() {
    for name in chromium chromium-browser google-chrome; do
        command -v "$name" >/dev/null 2>&1 && return
    done
    if [ -n "${CI:-}" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        apt-get install --quiet=2 --yes chromium >/dev/null 2>&1 && return
    fi
    say "no Chromium here: the tests that need a browser are skipped; apt install chromium"
}

# All tests in two halves at once, which take about as long; what is named in one go.
run_tests() {
    check
    find_browser
    .venv/bin/coverage erase
    if [ $# -gt 0 ]; then
        .venv/bin/coverage run -m pytest "$@"
    else
        said=$(mktemp)
        .venv/bin/coverage run -m pytest tests/pipeline >"$said" 2>&1 &
        half=$!
        failed=0
        .venv/bin/coverage run -m pytest tests --ignore tests/pipeline || failed=$?
        say "the other half: tests/pipeline"
        wait "$half" || failed=$?
        cat "$said"
        rm -f "$said"
        [ "$failed" -eq 0 ] || exit "$failed"
    fi
    .venv/bin/coverage combine --quiet
    .venv/bin/coverage report --skip-covered --fail-under=95 \
        --include='src/aggregator/core/*,src/aggregator/edges/*'
}

command=${1:-help}
[ $# -gt 0 ] && shift
case "$command" in
    start)
        set_up runtime
        exec .venv/bin/aggregator run "$@"
        ;;
    test)
        set_up dev
        run_tests "$@"
        ;;
    check)
        set_up dev
        check
        ;;
    lock)
        # Maintainers: write locks/ anew; UPGRADE=1 takes newer versions. Needs uv.
        for kind in runtime dev; do
            group=""
            [ "$kind" = dev ] && group="--group dev"
            # shellcheck disable=SC2086 # the group is two words or none
            uv pip compile ${UPGRADE:+--upgrade} --universal --python-version 3.11 --generate-hashes \
                --no-annotate --no-header --no-emit-index-url --no-emit-find-links --quiet \
                $group --group build pyproject.toml -o "locks/$kind.txt"
        done
        ;;
    *)
        say "start [OPTIONS]  set up, then run the daemon: poll, publish, serve"
        say "test [OPTIONS]   set up, then lint, types and all tests"
        say "check            set up, then lint, types, architecture"
        say "lock             renew locks/ (maintainers)"
        [ "$command" = help ] || exit 2
        ;;
esac
