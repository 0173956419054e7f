"""The circulation as equations, with any temporary pump: laws, circuits, and what runs them."""
