/** What the maps and programs of this process take in the kernel. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const FDINFO = '/proc/self/fdinfo';

/** Bytes of every map and program that this process holds: rows, instructions, machine code. */
export function kernelMemoryBytes(): number {
  const maps = new Map<string, number>();
  const programs = new Map<string, number>();
  for (const fd of readdirSync(FDINFO)) {
    const fields = readFields(fd);
    const bytes = Number(fields.get('memlock') ?? 0);
    const map = fields.get('map_id');
    const program = fields.get('prog_id');
    // A link has both a program and no memory of its own.
    if (map !== undefined) maps.set(map, bytes);
    else if (program !== undefined && bytes > 0) programs.set(program, bytes);
  }
  const code = [...programs.keys()].map(machineCodeBytes);
  return [...maps.values(), ...programs.values(), ...code].reduce((sum, bytes) => sum + bytes, 0);
}

function readFields(fd: string): ReadonlyMap<string, string> {
  try {
    const lines = readFileSync(`${FDINFO}/${fd}`, 'utf8').split('\n');
    return new Map(
      lines.map((line) => {
        const [name = '', value = ''] = line.split(':', 2);
        return [name, value.trim()];
      }),
    );
  } catch {
    // The directory's own descriptor is gone by now.
    return new Map();
  }
}

function machineCodeBytes(program: string): number {
  const text = execFileSync('bpftool', ['--json', 'prog', 'show', 'id', program], {
    encoding: 'utf8',
  });
  const shown: unknown = JSON.parse(text);
  if (typeof shown !== 'object' || shown === null || !('bytes_jited' in shown)) return 0;
  return Number(shown.bytes_jited);
}
