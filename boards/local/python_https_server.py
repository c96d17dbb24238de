#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""python_https_server.py CERT KEY CA

http.server over ssl that asks its clients for certificates, as its documentation shows it.
"""
import http.server
import ssl
import sys


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "7")
        self.end_headers()
        self.wfile.write(b"served\n")


def main(cert, key, ca):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    context.load_verify_locations(ca)
    context.verify_mode = ssl.CERT_REQUIRED
    server = http.server.ThreadingHTTPServer(("0.0.0.0", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    print(f"listening at {server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:4])
