"""The inside of `custvalue.screening`: reading, counting, testing, suspecting."""
