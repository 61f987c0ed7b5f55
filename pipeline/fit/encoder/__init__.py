"""Fits the encoder. Needs torch, which nothing else of Recoupe does."""
