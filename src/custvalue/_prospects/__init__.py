"""The inside of `custvalue.prospects`: target profiles and the report on positioning."""
