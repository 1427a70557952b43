/** A publisher's public key, as its file holds it: written out, or as SPKI in PEM. */

/** What stands before the 32 bytes of an Ed25519 key in SPKI (RFC 8410). */
const SPKI = "MCowBQYDK2VwAyEA";
const pem = /-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----/;
const written = /^ed25519:[A-Za-z0-9+/]{43}=$/;

/** The key in the window's form; `null` if there is none in the text. */
export function keyIn(text: string): string | null {
  const base64 = pem.exec(text)?.[1]?.replaceAll(/\s/g, "");
  // The prefix is 12 bytes, a multiple of three, so that base64 can be cut after it.
  const key = base64?.startsWith(SPKI) ? `ed25519:${base64.slice(SPKI.length)}` : text.trim();
  return isKey(key) ? key : null;
}

export function isKey(text: string): boolean {
  return written.test(text);
}
