//! Frames that carry descriptors (SCM_RIGHTS). Only a hello does.

use std::io::{IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::io::Errno;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage,
    SendFlags, recvmsg, sendmsg,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{FrameError, MAX_RIGHTS, decode, encode};

/// Sends a message on a blocking socket; the descriptors travel with its first byte.
///
/// # Errors
/// As [`encode`]; `Malformed` for more than [`MAX_RIGHTS`] descriptors; `Closed` if nobody reads any more.
pub fn send_with_rights(
    to: impl AsFd,
    message: &impl Serialize,
    rights: &[BorrowedFd<'_>],
) -> Result<(), FrameError> {
    if rights.len() > MAX_RIGHTS {
        return Err(FrameError::Malformed(format!(
            "{} descriptors are over the limit of {MAX_RIGHTS}",
            rights.len()
        )));
    }
    let frame = encode(message)?;
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MAX_RIGHTS))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    if !rights.is_empty() {
        control.push(SendAncillaryMessage::ScmRights(rights));
    }
    let mut sent = send(to.as_fd(), &frame, &mut control)?;
    while sent < frame.len() {
        sent += send(to.as_fd(), &frame[sent..], &mut SendAncillaryBuffer::default())?;
    }
    Ok(())
}

/// Receives a message and the descriptors that came with it, each closed on exec.
///
/// # Errors
/// As [`crate::read_frame`].
pub fn receive_with_rights<M: DeserializeOwned>(from: impl AsFd) -> Result<(M, Vec<OwnedFd>), FrameError> {
    let mut rights = Vec::new();
    let mut prefix = [0; 4];
    fill(from.as_fd(), &mut prefix, &mut rights)?;
    let mut body = vec![0; crate::body_length(prefix)?];
    fill(from.as_fd(), &mut body, &mut rights)?;
    Ok((decode(&body)?, rights))
}

fn send(
    to: BorrowedFd<'_>,
    bytes: &[u8],
    control: &mut SendAncillaryBuffer<'_, '_, '_>,
) -> Result<usize, FrameError> {
    loop {
        match sendmsg(to, &[IoSlice::new(bytes)], control, SendFlags::NOSIGNAL) {
            Err(Errno::INTR) => {}
            sent => return Ok(sent.map_err(std::io::Error::from)?),
        }
    }
}

fn fill(from: BorrowedFd<'_>, mut bytes: &mut [u8], rights: &mut Vec<OwnedFd>) -> Result<(), FrameError> {
    while !bytes.is_empty() {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MAX_RIGHTS))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let received =
            match recvmsg(from, &mut [IoSliceMut::new(bytes)], &mut control, RecvFlags::CMSG_CLOEXEC) {
                Err(Errno::INTR) => continue,
                received => received.map_err(std::io::Error::from)?.bytes,
            };
        rights.extend(control.drain().flat_map(descriptors));
        if received == 0 {
            return Err(FrameError::Closed);
        }
        bytes = &mut bytes[received..];
    }
    Ok(())
}

fn descriptors(message: RecvAncillaryMessage<'_>) -> Vec<OwnedFd> {
    match message {
        RecvAncillaryMessage::ScmRights(rights) => rights.collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::{Read, Seek, Write};
    use std::os::unix::net::UnixStream;

    use super::*;
    use crate::ToHost;

    #[test]
    fn descriptors_arrive_with_their_message() {
        let (here, there) = UnixStream::pair().unwrap();
        let mut file =
            File::from(rustix::fs::memfd_create("fixture", rustix::fs::MemfdFlags::CLOEXEC).unwrap());
        file.write_all(b"library").unwrap();
        send_with_rights(&here, &ToHost::Health { id: 1 }, &[file.as_fd(), here.as_fd()]).unwrap();
        let (message, rights) = receive_with_rights::<ToHost>(&there).unwrap();
        assert!(matches!(message, ToHost::Health { id: 1 }));
        assert_eq!(rights.len(), 2);
        let mut received = File::from(rights.into_iter().next().unwrap());
        received.rewind().unwrap();
        let mut text = String::new();
        received.read_to_string(&mut text).unwrap();
        assert_eq!(text, "library");
    }

    #[test]
    fn too_many_descriptors_are_refused_before_sending() {
        let (here, _there) = UnixStream::pair().unwrap();
        let rights = vec![here.as_fd(); MAX_RIGHTS + 1];
        assert_eq!(send_with_rights(&here, &1, &rights).unwrap_err().code(), "malformed");
    }

    #[test]
    fn a_hello_from_nobody_is_closed() {
        let (here, there) = UnixStream::pair().unwrap();
        drop(here);
        assert_eq!(receive_with_rights::<ToHost>(&there).unwrap_err().code(), "closed");
    }
}
