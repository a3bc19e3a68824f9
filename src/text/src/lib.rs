//! Text and number formatting with Python's rules, free of the object model.
