"""Agencies' files as a source: CSV and Parquet, row by row to publications, with a file of rejects."""
