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

/** Types of files, which are numbers in the highest bits and no bits. */
const TYPE_MASK = 0o170000;
const TYPES: readonly (readonly [number, string])[] = [
  [0o140000, 'S_IFSOCK'],
  [0o120000, 'S_IFLNK'],
  [0o100000, 'S_IFREG'],
  [0o60000, 'S_IFBLK'],
  [0o40000, 'S_IFDIR'],
  [0o20000, 'S_IFCHR'],
  [0o10000, 'S_IFIFO'],
];

/** Names of the bits that are set and of the type; undefined when the mode is not known. */
export function modeBits(mode: number | undefined): readonly string[] | undefined {
  if (mode === undefined) return undefined;
  const bits = BITS.filter(([bit]) => (mode & bit) !== 0);
  const types = TYPES.filter(([type]) => (mode & TYPE_MASK) === type);
  return [...bits, ...types].map(([, name]) => name);
}
