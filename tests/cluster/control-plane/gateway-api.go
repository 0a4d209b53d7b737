// Package gatewayapi keeps the Gateway API in go.mod: its CRDs are copied out of that module.
package gatewayapi

import _ "sigs.k8s.io/gateway-api/pkg/consts"
