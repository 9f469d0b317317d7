"""What all fault scenarios share: stack, processes, uploads, the oracle."""
