/** Who writes the messages, for formats that ask for it. */

export const PRODUCT = {
  vendor: 'Warder',
  name: 'Warder',
  /** That of package.json; a test holds it. */
  version: '0.1.0',
} as const;
