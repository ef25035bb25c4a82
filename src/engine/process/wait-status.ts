/** The exit word of the kernel, as wait(2) packs it. */

/** Signal number (0 if it exited) and exit status (0..255) of a wait(2) status word. */
export function decodeWaitStatus(word: number): {
  readonly signal: number;
  readonly status: number;
} {
  // Bit 7 only says that a core was dumped.
  return { signal: word & 0x7f, status: (word >>> 8) & 0xff };
}
