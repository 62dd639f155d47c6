"""The pictures of the demo newsroom, drawn in code: each function gives the text of an SVG."""
