"""A config file: strict YAML read with places, and one key of it edited, byte for byte."""
