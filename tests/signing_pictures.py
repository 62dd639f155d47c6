"""Pictures with content credentials, signed by an authority that is made for the tests."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from io import BytesIO
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
ISSUER = "The Weir"
Signed = tuple[x509.Certificate, EllipticCurvePrivateKey]


def certificate(name: str, issuer: Signed | None = None) -> Signed:
    """A certificate for a name, and its key: of an authority, or signed by one (RFC 5280)."""
    key, is_authority = generate_private_key(SECP256R1()), issuer is None
    subject = x509.Name(
        [x509.NameAttribute(kind, name) for kind in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME)]
    )
    signer, signing_key = (subject, key) if issuer is None else (issuer[0].subject, issuer[1])
    begun = datetime.now(UTC) - timedelta(days=1)
    usage = x509.KeyUsage(
        digital_signature=not is_authority, key_cert_sign=is_authority, crl_sign=is_authority, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    built = (
        x509.CertificateBuilder(signer, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(begun)
        .not_valid_after(begun + timedelta(days=30))
        .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), critical=False
        )
    )
    if not is_authority:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        built = built.add_extension(purpose, critical=False)
    return built.sign(signing_key, hashes.SHA256()), key


@lru_cache(maxsize=1)
def authority() -> Signed:
    """The authority, the same for all tests."""
    return certificate("An authority")


def anchors() -> bytes:
    """Its certificate."""
    return authority()[0].public_bytes(Encoding.PEM)


def action(name: str, source_type: str | None = None, agent: str | None = None) -> dict[str, Any]:
    """An action of a manifest."""
    found: dict[str, Any] = {"action": name}
    if source_type is not None:
        found["digitalSourceType"] = SOURCE_TYPES + source_type
    if agent is not None:
        found["softwareAgent"] = agent
    return found


def signed(picture: bytes, content_type: str, *actions: dict[str, Any], remote: str | None = None) -> bytes:
    """The picture with a manifest that tells of the actions; or with the address where that is to be found."""
    import c2pa

    leaf, key = certificate(ISSUER, authority())
    chain = leaf.public_bytes(Encoding.PEM) + anchors()
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    info = c2pa.C2paSignerInfo(alg=b"es256", sign_cert=chain, private_key=secret, ta_url=None)
    manifest = {
        "claim_generator_info": [{"name": "Kiosque's tests", "version": "1"}],
        "title": "A picture",
        "format": content_type,
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": list(actions)}}],
    }
    out = BytesIO()
    with c2pa.Signer.from_info(info) as signer, c2pa.Builder(manifest) as builder:
        if remote is not None:
            builder.set_remote_url(remote)
            builder.set_no_embed()
        builder.sign(signer, content_type, BytesIO(picture), out)
    return out.getvalue()
