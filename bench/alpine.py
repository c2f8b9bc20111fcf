#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures Kiln on Alpine's indexes beside the real apk on the same repositories.

Usage: bench/alpine.py [RUNS]. Needs ../shared/alpine (apk, its libraries and signed indexes).
"""
import pathlib
import subprocess
import sys
import tempfile

import run as bench

DATA = bench.ROOT.parent / "shared/alpine"
REPOSITORIES = [DATA / "mirror/v3.19/main", DATA / "mirror/v3.19/community"]
QUESTIONS = ["alpine-base", "curl", "git+openssl+jq", "python3", "firefox"]
TOOLS = ["apk-tools-2", "musl-1", "libcrypto3-", "libssl3-", "zlib-"]


def unpack_apk(directory):
    for package in sorted((DATA / "iso/x86_64").glob("*.apk")):
        if package.name.startswith(tuple(TOOLS)):
            bench.run(["tar", "-xzf", package, "-C", directory], stderr=subprocess.DEVNULL)


def apk_command(tools, root):
    command = [tools / "lib/ld-musl-x86_64.so.1", "--library-path", f"{tools}/lib:{tools}/usr/lib",
               tools / "sbin/apk", "--no-network", "--no-cache", "--arch", "x86_64", "--root", root,
               "--keys-dir", bench.ROOT / "src/packages/apk/keys", "--repositories-file", "/dev/null"]
    for repository in REPOSITORIES:
        command += ["-X", repository]
    return command


def measure(runs):
    bench.run([bench.ROOT / "build/release/bench/alpine", ",".join(map(str, REPOSITORIES)), runs,
               *QUESTIONS])
    print("\n| command | wall, median | range | user | peak memory | runs |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place:
        tools, root = pathlib.Path(place) / "tools", pathlib.Path(place) / "root"
        tools.mkdir()
        unpack_apk(tools)
        bench.run([*apk_command(tools, root), "--initdb", "add"], stdout=subprocess.DEVNULL)
        for question in QUESTIONS:
            bench.measure(f"apk add --simulate {question}",
                          [*apk_command(tools, root), "add", "--simulate", *question.split("+")],
                          runs)


def main():
    bench.run(["cmake", "--build", "--preset", "release", "--target", "alpine"], cwd=bench.ROOT,
              stdout=subprocess.DEVNULL)
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else 9)


if __name__ == "__main__":
    main()
