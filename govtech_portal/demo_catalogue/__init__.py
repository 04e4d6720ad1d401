"""The demo catalogue: YAML files in this folder and the code that loads them (README.md says how facts are sourced)."""
