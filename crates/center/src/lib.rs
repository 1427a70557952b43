//! Everything the product knows.
