/** Finds kernel modules in an unpacked package and puts them in load order, without depmod. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A module as the guest can load it: plain ELF. */
export interface KernelModule {
  readonly name: string;
  readonly data: Buffer;
}

const OUTPUT_BYTES_MAX = 1 << 28;

/** The modules of one kernel release, decompressed on demand. */
export class ModuleTree {
  readonly #files: ReadonlyMap<string, string>;
  readonly #builtin: ReadonlySet<string>;

  /** `root` is the folder named after the release, under lib/modules. */
  constructor(root: string) {
    this.#files = indexModules(join(root, 'kernel'));
    this.#builtin = readBuiltin(join(root, 'modules.builtin'));
  }

  /**
   * The named modules and everything they depend on, each after what it needs. Throws when one is
   * neither there nor built in.
   */
  resolve(names: readonly string[], loaded: ReadonlySet<string> = new Set()): KernelModule[] {
    const order = new Map<string, KernelModule>();
    const visit = (raw: string): void => {
      const name = normalize(raw);
      if (order.has(name) || loaded.has(name) || this.#builtin.has(name)) return;
      const data = this.#read(name);
      for (const dependency of readDependencies(data)) visit(dependency);
      order.set(name, { name, data });
    };
    for (const name of names) visit(name);
    return [...order.values()];
  }

  #read(name: string): Buffer {
    const file = this.#files.get(name);
    if (file === undefined) throw new Error(`this kernel has no module "${name}"`);
    return decompress(file);
  }
}

/** File names use either sign, module names only the underscore. */
function normalize(name: string): string {
  return name.replaceAll('-', '_');
}

function indexModules(directory: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const name = /^(.+)\.ko(?:\.(?:xz|zst|gz))?$/.exec(entry.name)?.[1];
    if (name !== undefined) files.set(normalize(name), join(entry.parentPath, entry.name));
  }
  return files;
}

function readBuiltin(path: string): Set<string> {
  const lines = readFileSync(path, 'utf8').split('\n');
  return new Set(lines.map((line) => normalize(basename(line, '.ko'))));
}

/** Busybox insmod takes plain ELF only, and newer packages compress every module. */
function decompress(file: string): Buffer {
  const tool = { '.xz': 'xz', '.zst': 'zstd', '.gz': 'gzip' }[/\.[a-z]+$/.exec(file)?.[0] ?? ''];
  if (tool === undefined) return readFileSync(file);
  return execFileSync(tool, ['-dc', file], { maxBuffer: OUTPUT_BYTES_MAX });
}

function readDependencies(module: Buffer): readonly string[] {
  const list = /\0depends=([^\0]*)\0/.exec(module.toString('latin1'))?.[1] ?? '';
  return list.split(',').filter((name) => name !== '');
}
