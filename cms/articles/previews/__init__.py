"""Preview links: whoever has one reads the draft of one article, for a while."""
