//! What a plugin author in Rust writes against, over the plain C contract in `include/sprocket_plugin.h`.
