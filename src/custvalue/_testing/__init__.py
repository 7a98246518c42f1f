"""The insides of `custvalue.testing`."""
