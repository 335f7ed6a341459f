"""Helpers for tests that see Breakwater from outside: the gateway as a process, and providers that follow a script."""
