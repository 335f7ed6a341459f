"""Replays recorded provider traffic through the gateway and compares what a client gets with what the provider said."""
