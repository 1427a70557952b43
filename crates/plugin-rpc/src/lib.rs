//! The messages between the center and a plugin host, and how they are framed.
