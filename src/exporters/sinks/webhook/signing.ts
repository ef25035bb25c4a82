/** Signatures of Standard Webhooks: HMAC-SHA256 (`v1`) and Ed25519 (`v1a`). */
import { createHmac, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { ExportError } from '../../errors.ts';

const HMAC_PREFIX = 'whsec_';
const ED25519_PREFIX = 'whsk_';
const HMAC_BYTES_MIN = 24;
const HMAC_BYTES_MAX = 64;
const SEED_BYTES = 32;
/** A private key may have its public one behind it. */
const PAIR_BYTES = 64;

/** What stands before the seed in a PKCS #8 key of Ed25519. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Signs one content; returns `version,base64`. */
export type Signer = (content: string) => string;

/** Throws SINK_SECRET_INVALID for a text that is neither `whsec_…` nor `whsk_…`. */
export function createSigner(secret: string): Signer {
  if (secret.startsWith(HMAC_PREFIX)) return hmacSigner(decode(secret, HMAC_PREFIX));
  if (secret.startsWith(ED25519_PREFIX)) return ed25519Signer(decode(secret, ED25519_PREFIX));
  throw invalid(`it begins with neither ${HMAC_PREFIX} nor ${ED25519_PREFIX}`);
}

function hmacSigner(key: Buffer): Signer {
  if (key.length < HMAC_BYTES_MIN || key.length > HMAC_BYTES_MAX) {
    throw invalid(`it has ${key.length} bytes, not ${HMAC_BYTES_MIN} to ${HMAC_BYTES_MAX}`);
  }
  return (content) => `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
}

function ed25519Signer(key: Buffer): Signer {
  if (key.length !== SEED_BYTES && key.length !== PAIR_BYTES) {
    throw invalid(`it has ${key.length} bytes, not ${SEED_BYTES} or ${PAIR_BYTES}`);
  }
  const privateKey = keyOf(key.subarray(0, SEED_BYTES));
  return (content) => `v1a,${sign(null, Buffer.from(content), privateKey).toString('base64')}`;
}

function keyOf(seed: Buffer): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' });
}

function decode(secret: string, prefix: string): Buffer {
  const text = secret.slice(prefix.length);
  const bytes = Buffer.from(text, 'base64');
  // What is no base64 is skipped silently by the decoder.
  const isWhole = bytes.toString('base64').replaceAll('=', '') === text.replaceAll('=', '');
  if (!isWhole) throw invalid('it is not base64');
  return bytes;
}

/** Without the secret, as this is printed. */
function invalid(reason: string): ExportError {
  return new ExportError('SINK_SECRET_INVALID', `the secret of a webhook is of no use: ${reason}`);
}
