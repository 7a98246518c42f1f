"""The inside of `custvalue.care`: the rhythm of contacts, whose turn it is, and satisfaction."""
