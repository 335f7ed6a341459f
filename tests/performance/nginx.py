"""nginx's configuration, as the proxy that others are compared with and as the terminator of TLS before the upstream."""

from __future__ import annotations

import os
from pathlib import Path

PROGRAM = "/usr/sbin/nginx"


def command(folder: Path, upstream: str, servers: str, *, single_process: bool = False) -> list[str]:
    """The command line for a configuration that is written into `folder`. `upstream` is an address; `servers` are blocks."""
    user = "user root;" if os.geteuid() == 0 else ""  # who owns the folder
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "\n".join(f"  {kind}_temp_path {folder}/{kind};" for kind in kinds)
    text = f"""daemon off;
master_process {"off" if single_process else "on"};
worker_processes 1;
worker_rlimit_nofile 20000;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
{user}
events {{ worker_connections 19900; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  client_max_body_size 32m;
  client_body_buffer_size 16m;
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_read_timeout 600s;
{temporary}
  upstream upstream {{ server {upstream}; keepalive 256; keepalive_requests 1000000000; }}
{servers}}}
"""
    (folder / "nginx.conf").write_text(text)
    return [PROGRAM, "-p", str(folder), "-c", str(folder / "nginx.conf")]


def tls_lines(certificate: Path, key: Path) -> str:
    """What a server has in addition that speaks TLS."""
    return f"    ssl_certificate {certificate};\n    ssl_certificate_key {key};\n"


def server(port: int, *, scheme: str = "http", buffering: bool, tls: str = "") -> str:
    """A block that passes everything on. `tls` is the rest of the block of a server that speaks it."""
    return f"""  server {{
    listen 127.0.0.1:{port} {"ssl " if tls else ""}backlog=16384;
    location / {{ proxy_pass {scheme}://upstream; proxy_buffering {"on" if buffering else "off"}; }}
{tls}  }}
"""
