"""Bearer tokens of an OpenID Connect issuer: its keys, what a token must say, and the people who come with them."""
