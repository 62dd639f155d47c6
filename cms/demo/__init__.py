"""The demo newsroom: invented articles, people and places, and pictures drawn by an algorithm."""
