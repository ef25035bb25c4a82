/** Bits of the mode of a file by the names that the manual gives them. */
const BITS: readonly (readonly [number, string])[] = [
  [0o4000, 'S_ISUID'],
  [0o2000, 'S_ISGID'],
  [0o1000, 'S_ISVTX'],
  [0o400, 'S_IRUSR'],
  [0o200, 'S_IWUSR'],
  [0o100, 'S_IXUSR'],
  [0o40, 'S_IRGRP'],
  [0o20, 'S_IWGRP'],
  [0o10, 'S_IXGRP'],
  [0o4, 'S_IROTH'],
  [0o2, 'S_IWOTH'],
  [0o1, 'S_IXOTH'],
];

/** Names of the bits that are set; undefined when the mode is not known. */
export function modeBits(mode: number | undefined): readonly string[] | undefined {
  if (mode === undefined) return undefined;
  return BITS.filter(([bit]) => (mode & bit) !== 0).map(([, name]) => name);
}
