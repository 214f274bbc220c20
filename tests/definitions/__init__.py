"""What every signal means, read off its docstring as slowly and plainly as can be: the signals are held against it."""
