#!/bin/sh
# Asks a running server what its OpenAPI document allows, and what it does not, with all checks.
#
# Cursors are left out of the document: a made-up one has the form of one and is none. Search needs an
# index: run `entangle search` once before.
#
# ENTANGLE_URL   where it listens, such as http://127.0.0.1:8717
# ENTANGLE_KEY   a key of the role identified
# EXAMPLES       requests per endpoint and phase; 25 where it is not set
set -eu
here=$(dirname "$0")
document=$(mktemp --suffix .json)
trap 'rm -f "$document"' EXIT
python3 - "$ENTANGLE_URL/api/v1/openapi.json" > "$document" <<'PYTHON'
import json, sys, urllib.request
document = json.load(urllib.request.urlopen(sys.argv[1]))
for methods in document["paths"].values():
    for operation in methods.values():
        kept = [one for one in operation.get("parameters", []) if one["name"] != "cursor"]
        if kept != operation.get("parameters", []):
            operation["parameters"] = kept
json.dump(document, sys.stdout)
PYTHON
schemathesis --config-file "$here/schemathesis.toml" run "$document" \
    --url "$ENTANGLE_URL" \
    --header "Authorization: Bearer $ENTANGLE_KEY" \
    --checks all \
    --max-examples "${EXAMPLES:-25}" \
    --request-timeout 60 \
    "$@"
