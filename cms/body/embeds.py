"""Embeds: a URL alone on its line, and which well-known service it belongs to."""

from urllib.parse import urlsplit

_PROVIDERS = {
    "youtube.com": "youtube",
    "youtu.be": "youtube",
    "youtube-nocookie.com": "youtube",
    "vimeo.com": "vimeo",
    "dailymotion.com": "dailymotion",
    "dai.ly": "dailymotion",
    "twitch.tv": "twitch",
    "ted.com": "ted",
    "x.com": "x",
    "twitter.com": "x",
    "bsky.app": "bluesky",
    "threads.net": "threads",
    "threads.com": "threads",
    "mastodon.social": "mastodon",
    "instagram.com": "instagram",
    "facebook.com": "facebook",
    "fb.watch": "facebook",
    "tiktok.com": "tiktok",
    "reddit.com": "reddit",
    "linkedin.com": "linkedin",
    "pinterest.com": "pinterest",
    "flickr.com": "flickr",
    "spotify.com": "spotify",
    "soundcloud.com": "soundcloud",
    "podcasts.apple.com": "apple_podcasts",
    "music.apple.com": "apple_music",
    "deezer.com": "deezer",
    "bandcamp.com": "bandcamp",
    "mixcloud.com": "mixcloud",
    "datawrapper.dwcdn.net": "datawrapper",
    "public.flourish.studio": "flourish",
    "codepen.io": "codepen",
    "gist.github.com": "github_gist",
    "documentcloud.org": "documentcloud",
}


def provider_of(url: str) -> str | None:
    """The name of the service whose host, or parent host, the URL names; nothing for any other."""
    try:
        labels = (urlsplit(url).hostname or "").lower().split(".")
    except ValueError:
        return None
    parents = (".".join(labels[start:]) for start in range(max(len(labels) - 3, 0), len(labels) - 1))
    return next((_PROVIDERS[parent] for parent in parents if parent in _PROVIDERS), None)
