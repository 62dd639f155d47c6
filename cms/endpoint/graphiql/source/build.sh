#!/bin/sh
# Build GraphiQL's page into ../static. Needs Node.js 20 or newer and npm; Kiosque itself needs neither.
set -eu
cd "$(dirname "$0")"
npm ci --no-audit --no-fund
npm run check
npm run build
if grep -q '"resolved"' package-lock.json; then
    echo "package-lock.json names a registry: run 'npm run lock'." >&2
    exit 1
fi
