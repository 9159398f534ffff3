"""The appeal pack: redaction, tables, documents, seal, and the check of all of it."""
