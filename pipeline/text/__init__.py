"""What is done to text before a rule sees it: unwrapping, segments, normalisation, language."""
