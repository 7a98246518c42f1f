"""The inside of `custvalue.churn`."""
