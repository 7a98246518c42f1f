"""The inside of `custvalue.lifecycle`: stages, facts, the policy, dates and records."""
