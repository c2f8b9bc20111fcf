#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures Kiln on Alpine's indexes and packages beside the real apk, and apko, on the same repositories.

Usage: bench/alpine.py [RUNS]. Needs ../shared/alpine (apk, its libraries and signed indexes), and root
to install with apk.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

import run as bench

DATA = bench.ROOT.parent / "shared/alpine"
REPOSITORIES = [DATA / "mirror/v3.19/main", DATA / "mirror/v3.19/community"]
QUESTIONS = ["alpine-base", "curl", "git+openssl+jq", "python3", "firefox"]
DEFINITION = """# syntax=dhi.io/build:2-alpine3.19
name: Alpine base
image: bench/alpine-base
variant: runtime
tags: ["1"]
platforms: [linux/amd64]
os-release: {{id: alpine, version-id: "3.19"}}
contents:
  repositories: [{repository}]
  packages: [alpine-base]
accounts: {{root: true, run-as: root}}
cmd: [/bin/sh]
"""
APKO = """contents:
  repositories: ["{repository}"]
  keyring: [{keys}]
  packages: [alpine-base]
archs: [x86_64]
cmd: /bin/sh
"""
TOOLS = ["apk-tools-2", "musl-1", "libcrypto3-", "libssl3-", "zlib-"]


def unpack_apk(directory):
    for package in sorted((DATA / "iso/x86_64").glob("*.apk")):
        if package.name.startswith(tuple(TOOLS)):
            bench.run(["tar", "-xzf", package, "-C", directory], stderr=subprocess.DEVNULL)


def apk_command(tools, root, repositories):
    command = [tools / "lib/ld-musl-x86_64.so.1", "--library-path", f"{tools}/lib:{tools}/usr/lib",
               tools / "sbin/apk", "--no-network", "--no-cache", "--arch", "x86_64", "--root", root,
               "--keys-dir", bench.ROOT / "src/packages/apk/keys", "--repositories-file", "/dev/null"]
    for repository in repositories:
        command += ["-X", repository]
    return command


def measure_installing(tools, place, runs):
    """An image of alpine-base, beside its packages installed into a directory by apk."""
    iso = DATA / "iso"
    definition, store, out = place / "alpine-base.yaml", place / "store", place / "out"
    definition.write_text(DEFINITION.format(repository=iso))
    build = [bench.KILN, "build", definition, "-o", out, "--store", store, "-q"]
    plain = [*build, "--no-evidence"]
    bench.measure("image of alpine-base, everything cold", plain, runs,
                  lambda: bench.remove(store, out))
    bench.measure("image of alpine-base, warm (layers in the store)", plain, runs * 2,
                  lambda: bench.remove(out, store / "records/built"))
    bench.measure("image of alpine-base, unchanged", plain, runs * 2, lambda: bench.remove(out))
    bench.measure("image of alpine-base, unchanged, with evidence", build, runs * 2,
                  lambda: bench.remove(out))
    root = place / "installed"

    def fresh():
        bench.remove(root)
        root.mkdir()

    for name, more in (("", []), (", no scripts", ["--no-scripts"])):
        bench.measure(f"apk add alpine-base{name}, into a directory",
                      [*apk_command(tools, root, [iso]), "--initdb", *more, "add", "alpine-base"],
                      runs, fresh)


def measure_apko(place, runs):
    """apko makes an archive of the same packages, from the same repository, with its own SBOM."""
    keys = (bench.ROOT / "src/packages/apk/keys").glob("*.pub")
    (place / "apko.yaml").write_text(APKO.format(repository=DATA / "iso", keys=", ".join(map(str, keys))))
    archive = place / "apko.tar"
    bench.measure("apko build of alpine-base, into an archive",
                  [bench.peer("apko"), "build", "--log-level", "error", "--sbom-path", place, place / "apko.yaml",
                   "bench:1", archive],
                  runs, lambda: bench.remove(archive))


def measure(runs):
    bench.run([bench.ROOT / "build/release/bench/alpine", ",".join(map(str, REPOSITORIES)), runs,
               *QUESTIONS])
    print("\n| command | wall, median | range | user | peak memory | runs |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(dir=bench.WORK) as place:
        tools, root = pathlib.Path(place) / "tools", pathlib.Path(place) / "root"
        tools.mkdir()
        unpack_apk(tools)
        bench.run([*apk_command(tools, root, REPOSITORIES), "--initdb", "add"],
                  stdout=subprocess.DEVNULL)
        for question in QUESTIONS:
            bench.measure(f"apk add --simulate {question}",
                          [*apk_command(tools, root, REPOSITORIES), "add", "--simulate",
                           *question.split("+")], runs)
        if os.geteuid() == 0:
            measure_installing(tools, pathlib.Path(place), runs)
        if bench.peer("apko"):
            measure_apko(pathlib.Path(place), runs)


def main():
    bench.WORK.mkdir(parents=True, exist_ok=True)
    bench.run(["cmake", "--build", "--preset", "release", "--target", "kiln", "alpine"],
              cwd=bench.ROOT, stdout=subprocess.DEVNULL)
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else 9)


if __name__ == "__main__":
    main()
