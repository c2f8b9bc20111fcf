#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Installs what is missing, builds the release and its tests, and runs them. Tests that need root, the
# network or a peer tool say so when they skip.
set -eu
cd "$(dirname "$0")"

scripts/install-deps test
cmake --preset test
cmake --build --preset test
ctest --preset test -j "$(nproc)" "$@"
