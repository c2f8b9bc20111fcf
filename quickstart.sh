#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Installs what is missing, builds Kiln to build/release/kiln, and builds a real hardened image
# with it, that of curl, from the official Debian 13 archive.
set -eu
cd "$(dirname "$0")"

scripts/install-deps build
cmake --preset release
cmake --build --preset release

image="${1:-catalog/image/curl/debian-13/8.yaml}"
out="build/quickstart/$(echo "${image#catalog/image/}" | tr / -)"
mkdir -p build/quickstart
build/release/kiln build "$image" -o "${out%.yaml}"
