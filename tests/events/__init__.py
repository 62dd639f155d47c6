"""Events: written with every change, read in the order of commits."""
