"""What is measured, and how anyone measures it again: `make bench` prints every figure beside its limit."""
