"""The inside of `examples`: how customers, orders and goods are drawn."""
