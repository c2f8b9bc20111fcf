#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures kiln beside its floor and mmdebstrap, from a mirror on loopback. See README.md."""
import atexit
import functools
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
KILN = ROOT / "build/release/kiln"
WORK = ROOT / "build/bench"
PORT = 18473
MIRROR = f"http://127.0.0.1:{PORT}"
ARCHIVE = "http://deb.debian.org"
SUITES = [("debian", "trixie"), ("debian", "trixie-updates"), ("debian-security", "trixie-security")]
IMAGES = {"static": "static/debian-13/13", "nginx": "nginx/debian-13/1.26",
          "postgres": "postgres/debian-13/17"}


def definition(name):
    return str(ROOT / "catalog/image" / (IMAGES[name] + ".yaml"))


def fetch(path):
    """Copies one file of the archive into the mirror, with its time."""
    target = WORK / "mirror" / path
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with urllib.request.urlopen(f"{ARCHIVE}/{path}") as answer:
        target.write_bytes(answer.read())
    return target


def make_mirror():
    """Indexes of three suites, and the packages of the measured images."""
    for archive, suite in SUITES:
        release = fetch(f"{archive}/dists/{suite}/InRelease").read_text()
        for kind in ("gz", "xz"):
            wanted = f"main/binary-amd64/Packages.{kind}"
            lines = [line.split() for line in release.split("SHA256:")[1].splitlines()]
            for line in lines:
                if len(line) == 3 and line[2] == wanted:
                    name = f"{archive}/dists/{suite}/main/binary-amd64/by-hash/SHA256/{line[0]}"
                    shutil.copyfile(fetch(name), WORK / f"mirror/{archive}/dists/{suite}/{wanted}")
    for name in IMAGES:
        for url in urls(name):
            fetch(url.removeprefix(ARCHIVE + "/"))


def urls(name):
    lock = WORK / f"{name}.lock"
    if not lock.exists():
        run([KILN, "lock", definition(name), "-o", lock, "--platform", "linux/amd64",
             "--store", WORK / "lock-store", "-q"])
    plan = json.loads(lock.read_text())["plans"][0]
    return [origin["urls"][0] for origin in plan["origins"]]


def peer(name):
    """A program of scripts/install-peers, or of the system; None where neither has it."""
    home = os.environ.get("KILN_PEERS") or pathlib.Path(
        os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "kiln-peers"
    place = pathlib.Path(home) / "bin" / name
    return place if place.exists() else shutil.which(name)


def run(command, **options):
    subprocess.run([str(word) for word in command], check=True, **options)


def measure(name, command, runs, prepare=lambda: None):
    """Runs a command; prints medians of wall and user time and of peak memory, with the range."""
    walls, users, memories = [], [], []
    for _ in range(runs):
        prepare()
        start = time.monotonic()
        child = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL,
                                 stderr=subprocess.PIPE)
        errors = child.stderr.read()
        _, child.returncode, usage = os.wait4(child.pid, 0)
        if child.returncode != 0:
            sys.exit(f"{name} failed: {errors.decode(errors='replace')}")
        walls.append(time.monotonic() - start)
        users.append(usage.ru_utime)
        memories.append(usage.ru_maxrss / 1024)
    print(f"| {name} | {statistics.median(walls) * 1000:.0f} ms | "
          f"{min(walls) * 1000:.0f}-{max(walls) * 1000:.0f} | "
          f"{statistics.median(users) * 1000:.0f} ms | {max(memories):.0f} MiB | {runs} |", flush=True)


@functools.cache
def removed():
    """Where removed things lie until the end."""
    place = WORK / "removed"
    place.mkdir(exist_ok=True)
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return place


def remove(*paths):
    """Puts paths below WORK out of the way. Nothing is deleted before the end: ext4 passes over the inodes of
    what was deleted in the last seconds, one by one, which the next command would pay for."""
    for path in paths:
        if path.exists():
            path.rename(tempfile.mkdtemp(dir=removed()) + "/it")


def keep_indexes(store):
    """Leaves a store with what was read of the archives, and nothing of any package."""
    for records in (store / "records").iterdir():
        if not records.name.startswith(("deb-index", "deb-release", "deb-signed")):
            remove(records)
    remove(*(store / "blobs/sha256").iterdir())


def kiln_build(name, store, out, *more):
    return [KILN, "build", definition(name), "-o", out, "--store", store, "--config",
            WORK / "config.yaml", "--platform", "linux/amd64", "-q", *more]


def measure_builds(name, runs):
    store, out = WORK / "store", WORK / "out"
    indexed = WORK / "indexed"

    def cold():
        remove(store, out)

    def cold_with_indexes():
        remove(store, out)
        shutil.copytree(indexed, store)

    def warm():
        remove(out, store / "records/built")

    measure(f"{name}, everything cold", kiln_build(name, store, out), runs, cold)
    measure(f"{name}, cold, indexes loaded", kiln_build(name, store, out), runs, cold_with_indexes)
    measure(f"{name}, warm (layers in the store)", kiln_build(name, store, out), runs * 2, warm)
    measure(f"{name}, warm, without evidence", kiln_build(name, store, out, "--no-evidence"), runs * 2,
            warm)
    measure(f"{name}, unchanged, without evidence", kiln_build(name, store, out, "--no-evidence"),
            runs * 2, lambda: remove(out))
    measure(f"{name}, unchanged", kiln_build(name, store, out), runs * 2, lambda: remove(out))
    measure(f"{name}, unchanged, the image in its place", kiln_build(name, store, out), runs * 2)
    measure_verify(name, out, runs * 2)


def measure_verify(name, out, runs):
    """The evidence of the build before, beside what hashing its blobs alone costs."""
    measure(f"{name}, verify", [KILN, "verify", out], runs)
    blobs = sorted((out / "blobs/sha256").iterdir())
    measure(f"{name}, sha256sum of its blobs", ["sha256sum", *blobs], runs)


def measure_floor(name, runs):
    place, links = WORK / "floor-out", [url.replace(ARCHIVE, MIRROR) for url in urls(name)]

    def fresh():
        remove(place)
        place.mkdir(parents=True)

    measure(f"{name}, floor", [ROOT / "build/release/bench/floor", place, os.cpu_count(), *links],
            runs, fresh)


def measure_mmdebstrap(package):
    """Its set is larger: it installs Essential packages, because it runs maintainer scripts."""
    sources = [f"deb {ARCHIVE}/{archive} {suite} main" for archive, suite in SUITES]
    measure(f"mmdebstrap, essential and {package}, from the network",
            ["mmdebstrap", "--variant=essential", "--mode=root", "--quiet",
             f"--include={package}", "trixie", WORK / "mmdebstrap.tar", *sources], 3)


def measure_evidence():
    """The parts of nginx's evidence, and the log."""
    programs, log = ROOT / "build/release/bench", WORK / "log"
    remove(log)
    log.mkdir()
    for command in ([programs / "sbom", WORK / "out", WORK / "store"], [programs / "signing"],
                    [programs / "log", log]):
        print(flush=True)
        run(command, cwd=WORK)


def main():
    import alpine      # these measure with the functions above
    import registries
    WORK.mkdir(parents=True, exist_ok=True)
    run(["cmake", "--build", "--preset", "release", "--target", "kiln", "benches"], cwd=ROOT,
        stdout=subprocess.DEVNULL)
    make_mirror()
    (WORK / "config.yaml").write_text(f"mirrors: [{MIRROR}/debian]\n"
                                      f"security-mirrors: [{MIRROR}/debian-security]\n")
    server = subprocess.Popen([sys.executable, ROOT / "bench/mirror.py", WORK / "mirror", str(PORT)])
    try:
        time.sleep(0.5)
        remove(WORK / "indexed")
        run(kiln_build("static", WORK / "indexed", WORK / "out"))
        keep_indexes(WORK / "indexed")
        packages = WORK / "mirror/debian/dists/trixie/main/binary-amd64"
        run([ROOT / "build/release/bench/steps", packages / "Packages.gz", packages / "Packages.xz",
             MIRROR, definition("nginx"), definition("postgres")])
        print("\n| command | wall, median | range | user | peak memory | runs |\n|---|---|---|---|---|---|")
        if len(sys.argv) > 1:
            measure("lint of the public catalog", [KILN, "lint", sys.argv[1]], 5)
        for name in IMAGES:
            measure_builds(name, 5)
        for name in IMAGES:
            measure_floor(name, 5)
        run(kiln_build("nginx", WORK / "store", WORK / "out"))
        registries.measure(WORK / "out", KILN)
        measure_evidence()
        if alpine.DATA.exists():
            print()
            alpine.measure(9)
        if shutil.which("mmdebstrap") and os.geteuid() == 0:
            measure_mmdebstrap("nginx")
    finally:
        server.terminate()


if __name__ == "__main__":
    main()
