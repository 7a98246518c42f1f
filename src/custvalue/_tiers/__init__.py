"""The inside of `custvalue.tiers`: learners, the report and the service plan."""
