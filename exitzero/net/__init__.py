"""The way out: one HTTP client for everything that asks the outside, and the manners it keeps."""
