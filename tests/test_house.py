"""The house rules, as tests (docs/architecture.md)."""
