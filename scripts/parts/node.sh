# Part of scripts/setup: the npm packages that tests run against (none is part of Gatepost).

install_node_packages() {
  local stamp
  stamp=$(cat package.json package-lock.json | sha256sum | cut -d' ' -f1)
  if [ "$(cat node_modules/.stamp 2>/dev/null)" = "$stamp" ]; then return; fi
  say "installing the tests' npm packages into node_modules"
  # No install scripts: nothing here needs one, and code that runs at install time is a risk.
  npm ci --silent --no-audit --no-fund --ignore-scripts ||
    die "the tests' npm packages could not be installed (see above)." \
      "Check that npm reaches its registry from here, then run this again."
  echo "$stamp" > node_modules/.stamp
}
