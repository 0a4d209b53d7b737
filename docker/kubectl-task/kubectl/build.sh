#!/bin/sh
# Builds the kubectl that go.mod names, for the machine that GOARCH names: sh build.sh kubectl
set -eu
cd "$(dirname "$0")"
version=$(go list -m -f '{{.Version}}' k8s.io/kubernetes)
major=$(echo "$version" | sed 's/^v\([0-9]*\)\..*/\1/')
minor=$(echo "$version" | sed 's/^v[0-9]*\.\([0-9]*\)\..*/\1/')
# Without these kubectl says v0.0.0, and is taken for one that is too old.
stamp=
for place in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
  stamp="$stamp -X $place.gitVersion=$version -X $place.gitMajor=$major -X $place.gitMinor=$minor -X $place.gitTreeState=clean"
done
CGO_ENABLED=0 go build -mod=readonly -trimpath -ldflags="-s -w$stamp" -o "$1" k8s.io/kubernetes/cmd/kubectl
