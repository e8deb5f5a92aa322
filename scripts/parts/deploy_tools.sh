# Part of scripts/interop: the tools that read what deploy/ holds as their users' tools will: helm,
# the parser of Docker Compose, and a reader of Kubernetes' own types (tests/interop/deploy/strict).
# They come as Go modules at pinned versions, whose hashes Go checks, and are kept in var/interop.

helm_version=v3.21.4
compose_version=v2.16.2
kubernetes_minor=36 # of the types that this helm and tests/interop/deploy/strict are built with
go_needed=26

# Sets HELM, COMPOSE and STRICT, or says in one line why not and returns 3.
build_deploy_tools() {
  local place=$PWD/var/interop/deploy-$helm_version-$compose_version minor
  export HELM=$place/helm COMPOSE=$place/compose STRICT=$place/strict
  mkdir -p "$place"
  if ! cmp --silent tests/interop/deploy/strict/go.sum "$place/strict.sum" || [ ! -x "$STRICT" ] ||
    [ ! -x "$HELM" ] || [ ! -x "$COMPOSE" ]; then
    if ! command -v go >/dev/null; then
      say "deploy cannot be looked at here: Go is missing; helm is built with it"
      return 3
    fi
    minor=$(GOTOOLCHAIN=local go env GOVERSION | sed -n 's/^go1\.\([0-9]*\).*/\1/p')
    if [ "${minor:-0}" -lt "$go_needed" ]; then
      say "deploy cannot be looked at here: helm $helm_version needs Go 1.$go_needed or newer"
      return 3
    fi
    say "building helm $helm_version and two readers with Go (some minutes, once)"
    build_with_go "$place" || {
      say "deploy cannot be looked at here: Go did not get or build the modules (see above)"
      return 3
    }
  fi
}

build_with_go() {
  local place=$1 of=helm.sh/helm/v3/pkg flags="" part
  # As helm's own build does: without these it takes its cluster to be Kubernetes 1.20.
  for part in lint/rules chartutil; do
    flags+=" -X $of/$part.k8sVersionMajor=1 -X $of/$part.k8sVersionMinor=$kubernetes_minor"
  done
  export GOTOOLCHAIN=local
  GOBIN=$place go install -ldflags "$flags" "helm.sh/helm/v3/cmd/helm@$helm_version" >&2 &&
    GOBIN=$place go install "github.com/compose-spec/compose-go/v2/cmd@$compose_version" >&2 &&
    mv "$place/cmd" "$place/compose" &&
    (cd tests/interop/deploy/strict && go build -mod=readonly -o "$place/strict" .) >&2 &&
    cp tests/interop/deploy/strict/go.sum "$place/strict.sum"
}
