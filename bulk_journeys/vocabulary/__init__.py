"""What words, cells and lines of a list mean, by themselves."""
