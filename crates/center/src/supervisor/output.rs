//! What a process says on its output pipes.

use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};

use crate::hostcalls::HostCalls;
use crate::logs::Source;

/// A longer line is cut here; the rest becomes further lines.
const MAX_LINE: u64 = 16 << 10;

/// Copies each line of a pipe into the plugin's log until the other end is closed.
pub async fn copy(hostcalls: Arc<HostCalls>, pipe: impl AsyncRead + Unpin, source: Source) {
    let mut pipe = BufReader::new(pipe);
    let mut line = Vec::new();
    while let Ok(1..) = (&mut pipe).take(MAX_LINE).read_until(b'\n', &mut line).await {
        hostcalls.output(source, &line);
        line.clear();
    }
}
