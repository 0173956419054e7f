"""afterload."""
