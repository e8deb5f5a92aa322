"""Apache with mod_auth_openidc as a resource server: introspection, remembered in shared memory."""

import os
import shutil
from pathlib import Path

from bench.case import Case, MissingError
from bench.load import Drive
from bench.peers.nginx import TOKEN
from bench.processes import free_port
from bench.provider import CLIENT, SECRET
from bench.world import World

_PLACES = (Path("/usr/lib/apache2/modules"), Path("/usr/lib64/httpd/modules"))
_MODULES = ("mpm_event", "authn_core", "authz_core", "authz_user", "proxy", "proxy_http")

_CONFIGURATION = """\
ServerRoot {home}
ServerName 127.0.0.1
DefaultRuntimeDir {home}
PidFile {home}/httpd.pid
ErrorLog {home}/error.log
LogLevel warn
{user}
Listen 127.0.0.1:{port}
ServerLimit 1
StartServers 1
ThreadsPerChild 64
MaxRequestWorkers 64
MinSpareThreads 1
MaxSpareThreads 64
MaxConnectionsPerChild 0
KeepAlive On
MaxKeepAliveRequests 0
KeepAliveTimeout 600
OIDCOAuthClientID {client}
OIDCOAuthClientSecret {secret}
OIDCOAuthIntrospectionEndpoint https://127.0.0.1:{provider}/issuer/introspect
OIDCOAuthSSLValidateServer Off
OIDCOAuthTokenExpiryClaim exp absolute mandatory
OIDCCacheType shm
<Location />
  AuthType oauth20
  Require valid-user
  ProxyPass http://127.0.0.1:{upstream}/ keepalive=On
</Location>
"""


def resource_server(world: World) -> list[Case]:
    binary = next((found for name in ("apache2", "httpd") if (found := _find(name))), None)
    if binary is None:
        raise MissingError("apache2 is not installed")
    folder = next((place for place in _PLACES if (place / "mod_auth_openidc.so").exists()), None)
    if folder is None:
        raise MissingError("libapache2-mod-auth-openidc is not installed")
    load = "".join(
        f"LoadModule {name}_module {folder}/mod_{name}.so\n"
        for name in (*_MODULES, "auth_openidc")
        if (folder / f"mod_{name}.so").exists()  # what is not there is built in
    )
    port = free_port()
    text = load + _CONFIGURATION.format(
        home=world.directory / "apache",
        user="User nobody\nGroup nogroup" if os.geteuid() == 0 else "",
        port=port,
        client=CLIENT,
        secret=SECRET,
        provider=world.provider_tls_port,
        upstream=world.upstream_port,
    )
    file = world.write("apache", "httpd.conf", text)
    process = world.start("apache", [binary, "-D", "FOREGROUND", "-f", file])
    process.wait_for_port(port)
    title = "Apache + mod_auth_openidc, introspection remembered"
    return [Case("apache-oauth", title, process, port, Drive("/bench", (TOKEN,)), refuses=True)]


def _find(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin")
