"""Measures Breakwater: the benchmark behind docs/performance.md, and the gate that keeps what a request costs from growing."""
