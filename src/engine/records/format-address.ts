/** Addresses as text. */

const GROUPS = 8;

/** IPv4 when the address is ::ffff:a.b.c.d, else IPv6 in the form of RFC 5952. */
export function formatAddress(byte: (index: number) => number): string {
  if (isMapped(byte)) return `${byte(12)}.${byte(13)}.${byte(14)}.${byte(15)}`;
  const groups = Array.from(
    { length: GROUPS },
    (_, group) => (byte(group * 2) << 8) | byte(group * 2 + 1),
  );
  const { start, length } = longestZeroes(groups);
  const text = (part: readonly number[]): string =>
    part.map((group) => group.toString(16)).join(':');
  if (length < 2) return text(groups);
  return `${text(groups.slice(0, start))}::${text(groups.slice(start + length))}`;
}

function isMapped(byte: (index: number) => number): boolean {
  for (let index = 0; index < 10; index++) if (byte(index) !== 0) return false;
  return byte(10) === 0xff && byte(11) === 0xff;
}

/** The first of the longest runs of zeroes. */
function longestZeroes(groups: readonly number[]): {
  readonly start: number;
  readonly length: number;
} {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (const [index, group] of groups.entries()) {
    if (group !== 0) start = index + 1;
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start };
  }
  return best;
}
