"""Fits the weights by which the extractors choose among candidates, from articles with gold claims."""
