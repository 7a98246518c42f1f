"""The inside of `custvalue.playbook`: the default measures, and the arithmetic of rows."""
