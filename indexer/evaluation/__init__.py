"""How good search and related lists are: judged sets in, figures with their outcomes out."""
