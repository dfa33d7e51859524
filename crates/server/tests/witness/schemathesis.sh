#!/bin/sh
# Asks a running server what its OpenAPI document allows, and what it does not, with all checks.
#
# ENTANGLE_URL   where it listens, such as http://127.0.0.1:8717
# ENTANGLE_KEY   a key
# EXAMPLES       requests per endpoint and phase; 25 where it is not set
set -eu
exec schemathesis run "$ENTANGLE_URL/api/v1/openapi.json" \
    --header "Authorization: Bearer $ENTANGLE_KEY" \
    --checks all \
    --max-examples "${EXAMPLES:-25}" \
    --request-timeout 60 \
    "$@"
