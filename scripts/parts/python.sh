# Part of scripts/setup: the Python interpreter and .venv.

# Sets $python to an interpreter of version 3.11 or newer. $PYTHON, when set, is the only one tried.
find_python() {
  local candidate
  for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    command -v "$candidate" >/dev/null || continue
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
      python=$candidate
      return
    fi
  done
  if [ -n "${PYTHON-}" ]; then
    die "PYTHON=$PYTHON is not a Python 3.11 or newer."
  fi
  die "Gatepost needs Python 3.11 or newer; here is: $(python3 --version 2>&1 || echo none)." \
    "Install one and run this again, for example:" \
    "  sudo apt-get install python3.11 python3.11-venv" \
    "or name one: PYTHON=/path/to/python3.12 scripts/setup"
}

# What the environment was made from. pyproject.toml counts for the command it declares (what tools
# are told there does not matter), the folder because an environment cannot be moved.
environment_stamp() {
  {
    echo "$root"
    "$python" -c 'import sys; print(sys.version, sys.base_prefix)'
    sed '/^\[tool\.ruff\]/,$d' pyproject.toml
    cat requirements/dev.txt scripts/parts/python.sh
  } | sha256sum | cut -d' ' -f1
}

make_environment() {
  local stamp
  stamp=$(environment_stamp)
  if [ -x .venv/bin/gatepost ] && [ "$(cat .venv/stamp 2>/dev/null)" = "$stamp" ]; then
    return
  fi
  # An environment of another interpreter or folder cannot be mended; one of this can.
  if ! .venv/bin/python -c "import sys; sys.exit(sys.version != '''$("$python" -c \
      'import sys; print(sys.version)')''' or sys.prefix != '''$root/.venv''')" 2>/dev/null; then
    say "making .venv with $("$python" --version)"
    rm -rf .venv
    "$python" -m venv .venv
  fi
  rm -f .venv/stamp
  say "installing Python packages into .venv"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
    --no-deps --requirement requirements/dev.txt ||
    die "the Python packages could not be installed (see above)." \
      "Check that pip reaches its package index from here, then run this again."
  # --no-build-isolation: the build backend is among the pinned packages just installed.
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps \
    --no-build-isolation --editable . || die "Gatepost itself could not be installed (see above)."
  echo "$stamp" > .venv/stamp
}
