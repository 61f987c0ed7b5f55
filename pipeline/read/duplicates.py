"""Which addresses are one and the same page's."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

TRACKING = re.compile(r"^(?:utm_\w+|xtor|at_\w+|fbclid|gclid|mc_[ce]id|ref|src|source|cmpid|amp)$", re.I)


def address_key(url: str | None) -> str | None:
    """The address without scheme, "www.", fragment, tracking and AMP: "lemonde.fr/economie/a" of all its variants."""
    try:
        parts = urlsplit(url or "")
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.").removeprefix("amp.")
    except ValueError:
        return None
    path = re.sub(r"^/amp/|/amp(?=/|$)|\.amp(?=\.|$)", "/", parts.path).rstrip("/")
    query = urlencode(sorted((key, value) for key, value in parse_qsl(parts.query) if not TRACKING.match(key)))
    return f"{host}{path}?{query}" if host and (path or query) else None
