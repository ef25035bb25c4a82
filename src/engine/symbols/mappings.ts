/** What code a process has mapped where, as /proc/PID/maps tells it. */

export interface Mapping {
  readonly start: bigint;
  readonly end: bigint;
  /** Bytes of the file before the mapping. */
  readonly fileOffset: number;
  /** 0: not a file. */
  readonly inode: number;
  /** As the process sees it; `[vdso]`; empty for code that was made at run time. */
  readonly path: string;
  /** Name of the mapping in /proc/PID/map_files. */
  readonly name: string;
}

const LINE = /^([0-9a-f]+)-([0-9a-f]+) ..x. ([0-9a-f]+) [0-9a-f]+:[0-9a-f]+ (\d+) *(.*)$/;
const DELETED = ' (deleted)';

/** Mappings that can be executed. */
export function parseMappings(text: string): readonly Mapping[] {
  return text.split('\n').flatMap((line) => {
    const [, start, end, offset = '0', inode = '0', path = ''] = LINE.exec(line) ?? [];
    if (start === undefined || end === undefined) return [];
    return [
      {
        start: BigInt(`0x${start}`),
        end: BigInt(`0x${end}`),
        fileOffset: Number.parseInt(offset, 16),
        inode: Number(inode),
        path: path.endsWith(DELETED) ? path.slice(0, -DELETED.length) : path,
        name: `${start}-${end}`,
      },
    ];
  });
}
