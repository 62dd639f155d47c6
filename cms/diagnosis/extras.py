"""What is installed beside Kiosque, and what is missing without it."""

from importlib.metadata import version

from cms.assets.credentials import can_read_credentials
from cms.config import Settings
from cms.diagnosis.checks import Check, Fault, Finding

CURE = "Install Kiosque's extra “c2pa”."
CURE_ANCHORS = "Let it name a file of certificates in PEM."


def examine_extras(settings: Settings) -> list[Finding]:
    """One line about each extra. To do without one is no fault; to ask for it and not have it is."""
    return [Check("content credentials", lambda: find_credentials(settings), CURE).find()]


def find_credentials(settings: Settings) -> str:
    """Whether C2PA manifests are read, and whom the site trusts. Raises Fault where the certificates cannot be read."""
    anchors = settings.c2pa_trust_anchors
    if not can_read_credentials():
        if anchors is not None:
            raise Fault("C2PA_TRUST_ANCHORS is set, but the extra “c2pa” is not installed", CURE)
        return "not read: the extra “c2pa” is not installed"
    found = f"read by c2pa-python {version('c2pa-python')}"
    if anchors is None:
        return f"{found}; no issuer is trusted (C2PA_TRUST_ANCHORS)"
    try:
        count = anchors.read_text(encoding="ascii").count("BEGIN CERTIFICATE")
    except (OSError, UnicodeError) as error:
        raise Fault(f"C2PA_TRUST_ANCHORS cannot be read ({type(error).__name__})", CURE_ANCHORS) from error
    if count == 0:
        raise Fault("C2PA_TRUST_ANCHORS holds no certificate", CURE_ANCHORS)
    return f"{found}; {count} certificates are trusted"
