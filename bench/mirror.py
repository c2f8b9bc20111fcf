#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A loopback mirror for measurements: keeps connections alive, answers If-Modified-Since."""
import functools
import http.server
import sys


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass


if __name__ == "__main__":
    handler = functools.partial(Handler, directory=sys.argv[1])
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), handler)
    server.serve_forever()
