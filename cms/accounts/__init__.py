"""Who may come in: API tokens and their roles."""
