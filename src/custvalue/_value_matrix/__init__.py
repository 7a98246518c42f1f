"""The inside of `custvalue.value_matrix`: the segments, reading customers, and the rule."""
