"""How long custvalue takes and how much it holds, beside others that give the same answer."""
