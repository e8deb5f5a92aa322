# Part of scripts/setup: Node.js and the npm packages that tests run against. Gatepost itself
# uses neither.

# The machine's own Node.js where it is new enough (20.19; Debian 12 and Ubuntu 24.04 have 18),
# else one from a pinned Python package, in .venv. Not apt's npm: it brings hundreds of packages.
find_node() {
  PATH=$root/.venv/bin:$PATH
  node_is_new_enough && command -v npm >/dev/null && return
  say "installing Node.js into .venv, for the tests"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
    --no-deps --requirement requirements/node.txt ||
    die "Node.js could not be installed (see above)." \
      "Install Node.js 20.19 or newer with npm in your own way, then run this again."
}

node_is_new_enough() {
  node -e 'const [a, b] = process.versions.node.split(".").map(Number);
    process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null
}

install_node_packages() {
  local stamp
  find_node
  stamp=$(cat package.json package-lock.json | sha256sum | cut -d' ' -f1)
  if [ "$(cat node_modules/.stamp 2>/dev/null)" = "$stamp" ]; then return; fi
  say "installing the tests' npm packages into node_modules"
  # No install scripts: nothing here needs one, and code that runs at install time is a risk.
  npm ci --silent --no-audit --no-fund --ignore-scripts ||
    die "the tests' npm packages could not be installed (see above)." \
      "Check that npm reaches its registry from here, then run this again."
  echo "$stamp" > node_modules/.stamp
}
