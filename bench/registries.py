#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures push and pull of a layout beside skopeo and crane, with a registry on loopback.

Usage: bench/registries.py LAYOUT [KILN]     bench/run.py calls it with the nginx image that it built
"""
import shutil
import socket
import subprocess
import sys
import time

import run as bench


class Registry:
    """Debian's docker-registry with storage below `place`."""

    def __init__(self, place):
        self.place = place
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        place.mkdir(parents=True, exist_ok=True)
        (place / "config.yml").write_text(
            f"version: 0.1\nlog: {{level: error, accesslog: {{disabled: true}}}}\n"
            f"storage: {{filesystem: {{rootdirectory: {place}/storage}}}}\n"
            f"http: {{addr: 127.0.0.1:{self.port}}}\n")
        self.server = subprocess.Popen(["docker-registry", "serve", place / "config.yml"],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise SystemExit("docker-registry does not start")

    def name(self, repository):
        return f"127.0.0.1:{self.port}/{repository}"

    def forget(self):
        bench.remove(self.place / "storage")


def measure_push(registry, kiln, layout, runs):
    place, name = registry.place, registry.name("bench/image:1")
    commands = {"kiln push": [kiln, "push", layout, name, "--plain-http", "--no-evidence", "-q",
                              "--store", place / "store"]}
    if bench.peer("skopeo"):
        commands["skopeo copy --all"] = ["skopeo", "copy", "--all", "--quiet", "--dest-tls-verify=false",
                                         f"oci:{layout}:1", f"docker://{name}"]
    if bench.peer("crane"):
        commands["crane push"] = [bench.peer("crane"), "push", "--insecure", layout, name]
    for title, command in commands.items():
        bench.measure(f"{title}, nothing there", command, runs, registry.forget)
        bench.measure(f"{title}, all there", command, runs)


def measure_pull(registry, kiln, runs):
    place, name = registry.place, registry.name("bench/image:1")
    out = place / "out"
    store = place / "store"
    commands = {"kiln pull": [kiln, "pull", name, "-o", out, "--plain-http", "--no-evidence", "-q",
                              "--store", store]}
    if bench.peer("skopeo"):
        commands["skopeo copy --all"] = ["skopeo", "copy", "--all", "--quiet", "--src-tls-verify=false",
                                         f"docker://{name}", f"oci:{out}"]
    if bench.peer("crane"):
        commands["crane pull"] = [bench.peer("crane"), "pull", "--format=oci", "--insecure", name, out]
    for title, command in commands.items():
        bench.measure(f"{title}, nothing there", command, runs, lambda: bench.remove(out, store))
    bench.measure("kiln pull, store warm", commands["kiln pull"], runs, lambda: bench.remove(out))


def measure(layout, kiln, runs=7):
    if not shutil.which("docker-registry"):
        print("docker-registry is not installed: push and pull are not measured", file=sys.stderr)
        return
    place = bench.WORK / "registry"
    bench.remove(place)
    registry = Registry(place)
    try:
        # A layout that others understand, too: one image under one tag.
        name, bare = registry.name("bench/image:1"), place / "bare"
        flags = ["--plain-http", "--no-evidence", "-q", "--store", place / "store"]
        bench.run([kiln, "push", layout, name, *flags])
        bench.run([kiln, "pull", name, "-o", bare, *flags])
        measure_push(registry, kiln, bare, runs)
        measure_pull(registry, kiln, runs)
    finally:
        registry.server.terminate()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    print("| command | wall, median | range | user | peak memory | runs |\n|---|---|---|---|---|---|")
    measure(pathlib.Path(sys.argv[1]).resolve(), sys.argv[2] if len(sys.argv) > 2 else bench.KILN)
