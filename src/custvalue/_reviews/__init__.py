"""The inside of `custvalue.reviews`: what a review and a comparison hold, and how they are told."""
