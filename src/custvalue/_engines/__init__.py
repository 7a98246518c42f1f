"""The insides of `custvalue.engines`."""
