"""The inside of `custvalue.metrics`: labels, outcomes, verdicts, thresholds and their tables."""
