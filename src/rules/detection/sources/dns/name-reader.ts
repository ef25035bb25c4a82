/** Names in messages of name servers. Whatever the bytes are, reading ends and stays inside. */

/** Of a name, with the lengths of its labels (RFC 1035). */
const NAME_BYTES_MAX = 255;

const POINTER_BITS = 0xc0;

/** A name, and where reading goes on after it. */
export interface ReadName {
  /** In lower case, without a dot at the end; `.` is the root. */
  readonly name: string;
  readonly end: number;
}

/** Undefined when the name is cut or damaged. Pointers lead back only, so that there is an end. */
export function readName(bytes: Uint8Array, start: number): ReadName | undefined {
  const labels: string[] = [];
  let at = start;
  let lowest = start;
  let end: number | undefined;
  let total = 0;
  for (let step = nextStep(bytes, at); step !== undefined; step = nextStep(bytes, at)) {
    if (step.kind === 'root') return { name: labels.join('.') || '.', end: end ?? at + 1 };
    if (step.kind === 'label') {
      total += step.bytes.length + 1;
      if (total > NAME_BYTES_MAX) return undefined;
      labels.push(labelText(step.bytes));
      at += 1 + step.bytes.length;
      continue;
    }
    if (step.target >= lowest) return undefined;
    end ??= at + 2;
    lowest = step.target;
    at = step.target;
  }
  return undefined;
}

type Step =
  | { readonly kind: 'root' }
  | { readonly kind: 'label'; readonly bytes: Uint8Array }
  | { readonly kind: 'pointer'; readonly target: number };

/** Undefined where nothing is that a name could have. */
function nextStep(bytes: Uint8Array, at: number): Step | undefined {
  const length = bytes[at];
  if (length === undefined) return undefined;
  if (length === 0) return { kind: 'root' };
  const bits = length & POINTER_BITS;
  if (bits === 0) {
    const label = bytes.subarray(at + 1, at + 1 + length);
    return label.length === length ? { kind: 'label', bytes: label } : undefined;
  }
  const low = bytes[at + 1];
  if (bits !== POINTER_BITS || low === undefined) return undefined;
  return { kind: 'pointer', target: ((length & ~POINTER_BITS) << 8) | low };
}

/** As zone files write it: what is not printable as its number, dots and backslashes escaped. */
function labelText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    if (byte <= 0x20 || byte >= 0x7f) text += `\\${String(byte).padStart(3, '0')}`;
    else if (character === '.' || character === '\\') text += `\\${character}`;
    else text += character.toLowerCase();
  }
  return text;
}
