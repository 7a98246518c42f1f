"""What lines of baskets are read into, and what is counted of them."""
