"""Files in, Parquet out: every export format is one reader module of this package."""
