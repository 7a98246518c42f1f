"""The insides of `custvalue.plotting`: one file per question."""
