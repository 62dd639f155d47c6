"""Articles: the desk (versions), the live side (what is published), and the links between articles."""
