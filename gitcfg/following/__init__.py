"""What is in force in a checkout, live: looked at, swapped whole, told and recorded."""
