# Part of scripts/setup: what comes from apt.

has() { command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ]; }

# nginx with the Lua module, either as Debian's packages or as OpenResty, which has both.
has_engine() {
  has openresty || { has nginx && has_file \
    /usr/lib/nginx/modules/ngx_http_lua_module.so /usr/share/nginx/modules/ngx_http_lua_module.so &&
    has_file /usr/share/lua/5.1/resty/core.lua && has_file \
    /usr/lib/*/lua/5.1/cjson.so /usr/lib/lua/5.1/cjson.so; }
}

has_file() {
  local file
  for file in "$@"; do [ -e "$file" ] && return; done
  return 1
}

# install_system_packages TEST: TEST is yes when the test suite's packages are wanted too.
install_system_packages() {
  local missing=() as_root=()
  has_engine || missing+=(nginx libnginx-mod-http-lua lua-cjson lua-resty-core)
  # A Debian python3 without python3-venv can make no environment with pip in it.
  if [ ! -x .venv/bin/python ] && ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    missing+=("python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv")
  fi
  if [ "$1" = yes ]; then
    has wrk || missing+=(wrk)
    has redis-server || missing+=(redis-server)
    has_file /usr/lib/postgresql/*/bin/postgres || missing+=(postgresql)
    has ip || missing+=(iproute2)
    has chromium || missing+=(chromium fonts-liberation)
  fi
  [ ${#missing[@]} -gt 0 ] || return 0

  has apt-get || die "these are missing, and there is no apt-get here to install them:" \
    "  ${missing[*]}" "Install them (or OpenResty in place of nginx) and run this again."
  if [ "$(id -u)" -ne 0 ]; then
    has sudo || die "these are missing: ${missing[*]}" "There is no sudo here: as root, run" \
      "  apt-get install --no-install-recommends ${missing[*]}" "and then this again."
    as_root=(sudo)
  fi
  say "installing with apt: ${missing[*]}"
  hold_services
  if ! "${as_root[@]}" apt-get update --quiet=2 ||
    ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes \
      --no-install-recommends "${missing[@]}" >&2; then
    release_services
    die "apt could not install: ${missing[*]} (see above)." \
      "These are in Debian 12 or newer and in Ubuntu's universe; check apt's sources and run again."
  fi
  release_services
  has_engine || die "nginx with the Lua module is still not found after installing it." \
    "Looked for nginx, ngx_http_lua_module.so, resty/core.lua and cjson.so, or openresty."
}

# Debian's nginx package starts a system-wide nginx on port 80 as soon as it is installed. Nobody
# asked for that: Gatepost runs an nginx of its own, unprivileged, on its own ports. Debian's way
# to say "install, but start nothing" is /usr/sbin/policy-rc.d; one that is there already is the
# machine's own policy and is left alone, ours is removed as soon as apt is done.
hold_services() {
  [ ! -e /usr/sbin/policy-rc.d ] || return 0
  printf '#!/bin/sh\n# Written by the setup of Gatepost while it installs nginx.\nexit 101\n' |
    "${as_root[@]}" tee /usr/sbin/policy-rc.d >/dev/null
  "${as_root[@]}" chmod 755 /usr/sbin/policy-rc.d
  services_held=yes
  trap release_services EXIT
}

release_services() {
  [ "${services_held-no}" = yes ] || return 0
  services_held=no
  trap - EXIT
  "${as_root[@]}" rm -f /usr/sbin/policy-rc.d
  case " ${missing[*]} " in
    *" nginx "*)
      if [ -d /run/systemd/system ]; then
        say "note: Debian's own nginx service was installed and not started. It starts at the next"
        say "      boot, on port 80; if you do not want it: sudo systemctl disable nginx"
      fi ;;
  esac
}
