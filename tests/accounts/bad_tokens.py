"""Tokens that nobody should believe: every trick that RFC 8725 warns of, and some more."""

import json
import time
from collections.abc import Callable
from typing import Any

from joserfc import jwe, jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from cms.accounts.secrets import new_secret
from tests.accounts.issuer import AUDIENCE, Issuer, encoded


def unsigned(issuer: Issuer) -> str:
    parts = ({"alg": "none", "kid": "rsa"}, issuer.claims())
    head, body = (encoded(json.dumps(part).encode()) for part in parts)
    return f"{head}.{body}."


def critical(issuer: Issuer) -> str:
    """Whose header names an extension that must be understood."""
    _, body, signature = issuer.token().split(".")
    head = {"alg": "RS256", "kid": "rsa", "crit": ["exp"], "exp": 1}
    return f"{encoded(json.dumps(head).encode())}.{body}.{signature}"


def tampered(issuer: Issuer) -> str:
    head, _, signature = issuer.token().split(".")
    body = json.dumps(issuer.claims(roles=["bosses"])).encode()
    return f"{head}.{encoded(body)}.{signature}"


def by_a_stranger(issuer: Issuer) -> str:
    """Signed by somebody else's key under the name of one of the issuer's."""
    stranger = Issuer()
    stranger.url = issuer.url
    return stranger.token("rsa")


def by_a_key_of_its_own(issuer: Issuer) -> str:
    """With the key to check it by in its own header."""
    own = ECKey.generate_key("P-256", {"kid": "own"})
    other = Issuer()
    other.url = issuer.url
    other.keys["own"] = own
    return other.token("own", header={"jwk": own.as_dict(private=False)})


def in_parts(head: Any, body: Any, signature: str = "") -> str:
    """A token of these parts, whatever they are."""
    return f"{encoded(json.dumps(head).encode())}.{encoded(json.dumps(body).encode())}.{signature}"


def named(name: str) -> Callable[[Issuer], str]:
    """Without a signature, by an algorithm of this name."""
    return lambda issuer: in_parts({"alg": name, "kid": "rsa"}, issuer.claims())


def with_key_named(name: Any) -> Callable[[Issuer], str]:
    """Well signed, by a key that calls itself something else. No library writes a name that is no text, so it is written by hand."""

    def token(issuer: Issuer) -> str:
        if isinstance(name, str):
            return issuer.token(header={"kid": name})
        _, body, signature = issuer.token().split(".")
        return f"{encoded(json.dumps({'alg': 'RS256', 'kid': name}).encode())}.{body}.{signature}"

    return token


def by_the_secret_among_the_keys(issuer: Issuer) -> str:
    """Signed with the shared secret that the issuer should never have published."""
    return issuer.token_by_shared_secret(b"secret" * 10, key="oct")


def by_the_modulus(issuer: Issuer) -> str:
    """HS256 with the public key as JSON instead of as text."""
    key = issuer.keys["rsa"]
    return issuer.token_by_shared_secret(json.dumps(key.as_dict(private=False)).encode())


def by_another_algorithm(issuer: Issuer) -> str:
    """Well signed by the issuer's key, by an algorithm that the settings do not name."""
    head = {"alg": "RS512", "kid": "rsa"}
    return jwt.encode(head, issuer.claims(), issuer.keys["rsa"], algorithms=["RS512"])


def nested(issuer: Issuer) -> str:
    """A good token as the content of one that is signed by nobody (RFC 7519, section 7)."""
    return in_parts({"alg": "none", "cty": "JWT", "kid": "rsa"}, issuer.token())


def nested_and_signed(issuer: Issuer) -> str:
    """A stranger's token that holds a good one."""
    stranger = Issuer()
    stranger.url = issuer.url
    return stranger.token("rsa", header={"cty": "JWT"}, token=issuer.token())


def encrypted(issuer: Issuer) -> str:
    """A good token, encrypted to the issuer's public key: five parts, and no proof of who made it."""
    key = RSAKey.import_key(issuer.public_pem)
    return jwe.encrypt_compact(
        {"alg": "RSA-OAEP", "enc": "A128GCM", "kid": "rsa", "cty": "JWT"}, issuer.token(), key
    )


def encrypted_directly(issuer: Issuer) -> str:
    """Encrypted with a secret of the caller's own."""
    key = OctKey.generate_key(128)
    return jwe.encrypt_compact({"alg": "dir", "enc": "A128GCM"}, issuer.token(), key)


def as_json(issuer: Issuer) -> str:
    """The JSON form of a signature (RFC 7515, section 7.2) instead of the compact one."""
    head, body, signature = issuer.token().split(".")
    return json.dumps({"protected": head, "payload": body, "signature": signature})


def detached(issuer: Issuer) -> str:
    """Whose content is sent elsewhere (RFC 7515, appendix F)."""
    head, _, signature = issuer.token().split(".")
    return f"{head}..{signature}"


BAD: dict[str, Callable[[Issuer], str]] = {
    "expired": lambda issuer: issuer.token(exp=int(time.time()) - 60),
    "not yet valid": lambda issuer: issuer.token(nbf=int(time.time()) + 120),
    "for ever": lambda issuer: issuer.token(exp=None),
    "expiry that is no time": lambda issuer: issuer.token(exp="tomorrow"),
    "wrong issuer": lambda issuer: issuer.token(iss="https://elsewhere.example"),
    "no issuer": lambda issuer: issuer.token(iss=None),
    "wrong audience": lambda issuer: issuer.token(aud="another program"),
    "no audience": lambda issuer: issuer.token(aud=None),
    "nobody": lambda issuer: issuer.token(sub=None),
    "blank subject": lambda issuer: issuer.token(sub=""),
    "subject that is no text": lambda issuer: issuer.token(sub=["ada"]),
    "no role": lambda issuer: issuer.token(roles=["readers"]),
    "alg none": unsigned,
    "HS256 with the public key": lambda issuer: issuer.token_by_shared_secret(issuer.public_pem),
    "unknown key": lambda issuer: issuer.token(header={"kid": "other"}),
    "another key's name": lambda issuer: issuer.token("ec", header={"kid": "rsa"}),
    "stranger": by_a_stranger,
    "own key": by_a_key_of_its_own,
    "tampered": tampered,
    "critical extension": critical,
    "cut short": lambda issuer: issuer.token()[:-8],
    "no token": lambda issuer: "a.b.c",
    "empty parts": lambda issuer: "..",
    "too long": lambda issuer: issuer.token(name="x" * 20_000),
    "unknown API token": lambda issuer: new_secret(),
    "no algorithm": lambda issuer: in_parts({"kid": "rsa"}, issuer.claims()),
    "alg None": named("None"),
    "alg NONE": named("NONE"),
    "alg nOnE": named("nOnE"),
    "alg none with a signature": lambda issuer: unsigned(issuer) + issuer.token().split(".")[2],
    "alg that is a list": lambda issuer: in_parts({"alg": ["RS256"], "kid": "rsa"}, issuer.claims()),
    "an algorithm that is not allowed": by_another_algorithm,
    "HS256 with the public key as JSON": by_the_modulus,
    "HS256 with a secret among the keys": by_the_secret_among_the_keys,
    "HS256 with nothing": lambda issuer: issuer.token_by_shared_secret(b""),
    "kid that is a path": with_key_named("../../../../dev/null"),
    "kid that is SQL": with_key_named("rsa' OR '1'='1"),
    "kid that is a URL": lambda issuer: issuer.token(header={"kid": f"{issuer.url}/keys"}),
    "kid of another letter case": with_key_named("RSA"),
    "kid that is empty": with_key_named(""),
    "kid that is a list": with_key_named(["rsa"]),
    "kid that is a number": with_key_named(0),
    "kid that is true": with_key_named(True),
    "kid that is an object": with_key_named({"rsa": 1}),
    "kid of a shared secret": with_key_named("oct"),
    "kid with a zero": with_key_named("rsa\x00"),
    "content that is no object": lambda issuer: in_parts({"alg": "RS256", "kid": "rsa"}, ["ada"], "AA"),
    "header that is no object": lambda issuer: in_parts(["RS256"], issuer.claims(), "AA"),
    "audience in a list of others": lambda issuer: issuer.token(aud=["one", "two"]),
    "audience that only begins so": lambda issuer: issuer.token(aud=AUDIENCE + "2"),
    "issuer that only begins so": lambda issuer: issuer.token(iss=issuer.url + "/"),
    "subject with a zero": lambda issuer: issuer.token(sub="a\x00da"),
    "long subject": lambda issuer: issuer.token(sub="a" * 501),
    "nested": nested,
    "nested and signed by a stranger": nested_and_signed,
    "encrypted": encrypted,
    "encrypted with its own secret": encrypted_directly,
    "JSON": as_json,
    "detached": detached,
    "four parts": lambda issuer: issuer.token() + ".x",
    "two tokens": lambda issuer: f"{issuer.token()} {issuer.token()}",
    "not ASCII": lambda issuer: issuer.token()[:-1] + "é",
}
