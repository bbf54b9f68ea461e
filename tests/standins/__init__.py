"""Servers that stand in for the sources kg asks, so that tests meet real HTTP and no network."""
