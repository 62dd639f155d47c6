"""The servers that Kiosque is measured against."""
