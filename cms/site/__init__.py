"""The site itself: its name, locales and standing texts."""
