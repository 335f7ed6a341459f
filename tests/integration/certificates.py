"""A certificate authority for tests, made with the openssl program."""

from __future__ import annotations

import subprocess
from pathlib import Path


def _openssl(*arguments: str, cwd: Path) -> None:
    subprocess.run(["openssl", *arguments], cwd=cwd, check=True, capture_output=True)


class Authority:
    """Files below `directory`: ca.pem, and NAME.pem with NAME.key for each certificate."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._new_request("ca", "Breakwater test authority")
        _openssl("x509", "-req", "-in", "ca.csr", "-signkey", "ca.key", "-days", "2", "-out", "ca.pem", cwd=directory)

    @property
    def file(self) -> Path:
        return self.directory / "ca.pem"

    def certificate(self, name: str, names: str = "DNS:localhost,IP:127.0.0.1", *, days: int = 2, signed: bool = True) -> tuple[Path, Path]:
        """Certificate and key for `names`. Negative `days`: it has expired. Not `signed`: by itself only."""
        self._new_request(name, name)
        extensions = self.directory / f"{name}.ext"
        extensions.write_text(f"subjectAltName={names}\nbasicConstraints=CA:FALSE\n")
        signer = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"] if signed else ["-signkey", f"{name}.key"]
        lifetime = ["-days", str(days)]
        _openssl("x509", "-req", "-in", f"{name}.csr", *signer, *lifetime, "-extfile", extensions.name, "-out", f"{name}.pem", cwd=self.directory)
        return self.directory / f"{name}.pem", self.directory / f"{name}.key"

    def _new_request(self, name: str, subject: str) -> None:
        key = ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{name}.key"]
        _openssl(*key, cwd=self.directory)
        _openssl("req", "-new", "-key", f"{name}.key", "-subj", f"/CN={subject}", "-out", f"{name}.csr", cwd=self.directory)
