#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Installs what is missing, builds Kiln with its tests, and runs them. Tests that need root, the
# network or a peer tool say so when they skip.
set -eu
cd "$(dirname "$0")"

scripts/install-deps test
cmake --preset dev
cmake --build --preset dev
ctest --preset dev "$@"
