"""The inside of `custvalue.orders`: reading rows, the sorted store, merging, and its tables."""
