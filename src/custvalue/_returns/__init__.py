"""The inside of `custvalue.returns`."""
