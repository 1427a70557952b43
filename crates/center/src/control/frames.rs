//! Frames over an asynchronous stream, in the form and within the bounds that `plugin_rpc` sets.

use plugin_rpc::{FrameError, body_length, decode, encode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Reads one frame; memory grows with what arrives, not with what is announced.
pub(super) async fn read<M: DeserializeOwned>(from: &mut (impl AsyncRead + Unpin)) -> Result<M, FrameError> {
    let mut prefix = [0; 4];
    from.read_exact(&mut prefix).await?;
    let length = body_length(prefix)?;
    let mut body = Vec::new();
    from.take(length as u64).read_to_end(&mut body).await?;
    if body.len() < length {
        return Err(FrameError::Closed);
    }
    decode(&body)
}

/// Writes one frame.
pub(super) async fn write(
    to: &mut (impl AsyncWrite + Unpin),
    message: &impl Serialize,
) -> Result<(), FrameError> {
    Ok(to.write_all(&encode(message)?).await?)
}
