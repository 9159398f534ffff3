"""The commands, one file a group; `pipeline.cli` puts them together."""
