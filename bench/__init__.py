"""Every figure that the README quotes: `make bench` measures, prints, and writes it there."""
