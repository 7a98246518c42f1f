"""The inside of `custvalue.rfm`: levels, the rule that scores, and the segments."""
