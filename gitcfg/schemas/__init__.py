"""What may be set: schema files read, checked themselves, and values judged by them."""
