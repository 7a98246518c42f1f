"""The inside of `custvalue.marketing_mix`: needs, offers, matching, and what would win whom."""
