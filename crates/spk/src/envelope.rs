//! The signed envelope at the head of a package, and around a license: DSSE, in one canonical spelling. Knows nothing of what the
//! statement says.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;

use crate::{Digest, Error, PublicKey, SigningKey, archive::printable, error::Tampered, json};

/// The first bytes of every package.
pub(crate) const MAGIC: [u8; 4] = *b"SPK1";
/// Magic and length.
pub(crate) const HEADER: u64 = 8;
/// What the statement of a package is.
pub(crate) const PACKAGE: &str = "application/vnd.sprocket.package.v1+json";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    #[serde(rename = "payloadType")]
    payload_type: String,
    payload: String,
    signatures: Vec<ShapeSignature>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShapeSignature {
    keyid: String,
    sig: String,
}

/// A well-formed envelope; its signature is not verified yet.
pub(crate) struct Envelope {
    /// What the statement is; signed with it, so that no statement passes for one of another kind.
    kind: &'static str,
    /// The exact bytes that are signed.
    pub statement: Vec<u8>,
    /// Key and signature; none in a package still to be signed.
    pub signature: Option<(PublicKey, [u8; 64])>,
}

impl Envelope {
    /// Reads an envelope of this kind and refuses every spelling but the canonical one.
    pub(crate) fn parse(kind: &'static str, bytes: &[u8]) -> Result<Self, Error> {
        let malformed = |detail: String| Error::EnvelopeMalformed { detail: printable(detail.as_bytes()) };
        let value = json::parse_strict(bytes, 4).map_err(|e| malformed(e.to_string()))?;
        let shape: Shape = serde_json::from_value(value).map_err(|e| malformed(e.to_string()))?;
        if shape.payload_type != kind {
            return Err(Error::UnknownPayloadType {
                found: shape.payload_type.escape_debug().take(100).collect(),
            });
        }
        let statement = decode(&shape.payload)?;
        let signature = match shape.signatures.as_slice() {
            [] => None,
            [one] => Some(read_signature(one)?),
            many => return Err(Error::SeveralSignatures { count: many.len() }),
        };
        let envelope = Self { kind, statement, signature };
        if envelope.to_bytes() == bytes { Ok(envelope) } else { Err(Error::EnvelopeNotCanonical) }
    }

    /// Still to be signed.
    pub(crate) fn unsigned(kind: &'static str, statement: Vec<u8>) -> Self {
        Self { kind, statement, signature: None }
    }

    /// Signs `statement`.
    pub(crate) fn sign(kind: &'static str, statement: Vec<u8>, key: &SigningKey) -> Self {
        let signature = key.sign(&signed_bytes(kind, &statement));
        Self { kind, statement, signature: Some((key.public(), signature)) }
    }

    /// The canonical spelling.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let signature = self
            .signature
            .map(|(key, signature)| format!(r#"{{"keyid":"{key}","sig":"{}"}}"#, STANDARD.encode(signature)));
        let payload = STANDARD.encode(&self.statement);
        let (kind, signature) = (self.kind, signature.unwrap_or_default());
        format!(r#"{{"payloadType":"{kind}","payload":"{payload}","signatures":[{signature}]}}"#).into_bytes()
    }

    /// The package's identity: the digest of the canonical envelope.
    pub(crate) fn digest(&self) -> Digest {
        Digest::of(&self.to_bytes())
    }

    /// The key whose signature fits.
    pub(crate) fn verify(&self) -> Result<PublicKey, Error> {
        let (key, signature) = self.signature.ok_or(Error::Unsigned)?;
        if key.accepts(&signed_bytes(self.kind, &self.statement), &signature) {
            Ok(key)
        } else {
            Err(Error::Tampered(Tampered::Statement))
        }
    }
}

fn decode(text: &str) -> Result<Vec<u8>, Error> {
    STANDARD.decode(text).map_err(|_| Error::EnvelopeNotCanonical)
}

fn read_signature(shape: &ShapeSignature) -> Result<(PublicKey, [u8; 64]), Error> {
    let key = shape.keyid.parse().map_err(Error::Key)?;
    let detail = || "a signature has 64 bytes".to_owned();
    let bytes = decode(&shape.sig)?.try_into().map_err(|_| Error::EnvelopeMalformed { detail: detail() })?;
    Ok((key, bytes))
}

/// DSSE's pre-authentication encoding of the type and the statement.
fn signed_bytes(kind: &str, statement: &[u8]) -> Vec<u8> {
    let head = format!("DSSEv1 {} {kind} {} ", kind.len(), statement.len());
    [head.as_bytes(), statement].concat()
}
