"""What the demo prints: where everything is, and commands to paste, in their order."""

import sys
from pathlib import Path

_WORDS = """
Everything is up. Ctrl-C stops it all.

  gateway        http://127.0.0.1:8000   (and https://127.0.0.1:8443)
  its status     http://127.0.0.1:8007/status
  control plane  http://127.0.0.1:8001   (the Admin API; the node follows at 8005)
  console        http://127.0.0.1:8002   (all of it in a browser)
  provider       http://127.0.0.1:8180/oauth2/default
  upstream       http://127.0.0.1:8280
  routes         {example}

Try, in another terminal:

  1. No policy: 200
     curl -i localhost:8000/open/get

  2. Client credentials: without, 401; with, 200. The upstream sees a Bearer token and
     Issuer-Header instead of the secret; the second time nobody asks the provider.
     curl -i localhost:8000/oidcroute/get
     curl -i -u tutorial-jwt:tutorial-jwt-secret localhost:8000/oidcroute/get

  3. A token from the provider, asked about at every request: 200
     TOKEN=$(curl -s -u tutorial-opaque:tutorial-opaque-secret -d grant_type=client_credentials \\
       -d scope=read localhost:8180/oauth2/default/v1/token | \\
       {python} -c 'import json,sys; print(json.load(sys.stdin)["access_token"])')
     curl -i -H "Authorization: Bearer $TOKEN" localhost:8000/introspection/get

     Switch the application off and on: the next request is 401; after that a new token works.
     curl -X POST localhost:8180/api/v1/apps/tutorial-opaque/lifecycle/deactivate
     curl -i -H "Authorization: Bearer $TOKEN" localhost:8000/introspection/get
     curl -X POST localhost:8180/api/v1/apps/tutorial-opaque/lifecycle/activate

  4. A signed token: 200; then revoked: the very next request is 401
     JWT=$(curl -s -u tutorial-jwt:tutorial-jwt-secret -d grant_type=client_credentials \\
       -d scope=read localhost:8180/oauth2/default/v1/token | \\
       {python} -c 'import json,sys; print(json.load(sys.stdin)["access_token"])')
     curl -i -H "Authorization: Bearer $JWT" localhost:8000/jwt/get
     {gatepost} revoke --token "$JWT" --status http://127.0.0.1:8007
     curl -i -H "Authorization: Bearer $JWT" localhost:8000/jwt/get

And in a browser on this machine:

  5. A person logs in: as alice with alice-password, or as bob with bob-password. The page shows
     who the upstream thinks you are, and your id token, taken apart. Log out at its top.
     http://127.0.0.1:8000/app/

  6. A second application: while alice is logged in to the first, it asks for no password. It is
     for admins, so bob gets 403.
     http://127.0.0.1:8000/other/

  7. The administrator ends all of alice's logins: the next click in either window logs in anew
     curl -X DELETE localhost:8180/api/v1/users/alice/sessions

Type what a Kong user types, at the Admin API:

  8. A service and a route of your own: 201, 201, and on the node 200. It has a change within a
     second or so; the second line waits until it is in sync.
     curl -i localhost:8001/services --data name=example --data url=http://127.0.0.1:8280
     curl -i localhost:8001/services/example/routes --data name=mock --data 'paths[]=/mock'
     {in_sync}
     curl -i localhost:8000/mock/get

  9. A policy for the service, in form fields: 201. Then without credentials 401, with 200.
     curl -i localhost:8001/services/example/plugins --data name=openid-connect \\
       --data config.issuer=http://127.0.0.1:8180/oauth2/default \\
       --data config.client_id=gateway --data config.client_secret=gateway-secret \\
       --data config.auth_methods=client_credentials --data config.auth_methods=bearer \\
       --data config.scopes=read
     {in_sync}
     curl -i localhost:8000/mock/get
     curl -i -u tutorial-jwt:tutorial-jwt-secret localhost:8000/mock/get

 10. Who follows the control plane: one node, connected, in sync
     curl -s localhost:8001/clustering/data-planes

 11. A token: 200; revoked at the control plane: 201 when every node refuses it, then 401
     JWT=$(curl -s -u tutorial-jwt:tutorial-jwt-secret -d grant_type=client_credentials \\
       -d scope=read localhost:8180/oauth2/default/v1/token | \\
       {python} -c 'import json,sys; print(json.load(sys.stdin)["access_token"])')
     curl -i -H "Authorization: Bearer $JWT" localhost:8000/mock/get
     curl -i localhost:8001/revocations --data "token=$JWT" --data why=try
     curl -i -H "Authorization: Bearer $JWT" localhost:8000/mock/get

 12. Stop: Ctrl-C here. More to type is in docs/tutorials.
"""

IN_SYNC = (
    "until curl -s localhost:8001/clustering/data-planes | grep -q '\"in_sync\":true'; "
    "do sleep 0.1; done"
)
"""Waits, in a shell, until a node runs what the control plane holds."""


def words(example: Path) -> str:
    """Return what is printed when everything is up. example: the file with the routes."""
    return _WORDS.format(
        example=example, python=sys.executable, gatepost=_gatepost(), in_sync=IN_SYNC
    )


def _gatepost() -> str:
    beside = Path(sys.executable).with_name("gatepost")
    return str(beside) if beside.exists() else f"{sys.executable} -m gatepost"
