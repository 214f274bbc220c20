"""A certificate authority of one test, and the certificates that it gives to servers on this machine: good and bad."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

DAY = timedelta(days=1)


class Authority:
    """Whoever trusts `path` (a PEM file in the folder) trusts what it signs."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "certificate.pem"
        self._folder, self._key, self._name = folder, ec.generate_private_key(ec.SECP256R1()), _named("authority.test")
        made = _certificate(self._name, self._name, self._key.public_key(), -DAY, DAY, ca=True)
        self.path.write_bytes(made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def serving(
        self, host: str = "localhost", *, begins: timedelta = -DAY, ends: timedelta = DAY, signs_itself: bool = False
    ) -> ssl.SSLContext:
        """TLS for a server of that name, valid from and until so long from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer, signs = (_named(host), key) if signs_itself else (self._name, self._key)
        made = _certificate(_named(host), issuer, key.public_key(), begins, ends, ca=False)
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        pem = serialization.Encoding.PEM
        chain, private = self._folder / "served.pem", self._folder / "key.pem"
        chain.write_bytes(made.sign(signs, hashes.SHA256()).public_bytes(pem))
        private.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain, private)
        return context


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, begins: timedelta, ends: timedelta, ca: bool
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + begins)
        .not_valid_after(now + ends)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
