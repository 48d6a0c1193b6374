"""The names of the programs that this library takes the place of; docs/moving-over.md lists them."""
