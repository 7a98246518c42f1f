"""The inside of `custvalue.waking`: offers, what they gain, whom a budget reaches, campaigns."""
