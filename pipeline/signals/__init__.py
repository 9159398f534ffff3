"""What was said, where: concepts, guards and rules over normalised text."""
