/** Events as tracefs describes them: which there are, and the fields of their records. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TracepointField } from '../../model/kernel-types.ts';

const DEFAULT_ROOTS = ['/sys/kernel/tracing/events', '/sys/kernel/debug/tracing/events'];

const FIELD = /^\tfield:(.+);\toffset:(\d+);\tsize:(\d+);\tsigned:([01]);$/;

/** Reads tracefs. Where it is not mounted nothing is known, which is not the same as not there. */
export class TracepointFormats {
  readonly #root: string | undefined;

  constructor(roots: readonly string[] = DEFAULT_ROOTS) {
    this.#root = roots.find((root) => list(root).length > 0);
  }

  get isAvailable(): boolean {
    return this.#root !== undefined;
  }

  /** Fields in the order of the file, those that every event has first; undefined: no event. */
  fields(subsystem: string, name: string): readonly TracepointField[] | undefined {
    if (this.#root === undefined) return undefined;
    const text = read(join(this.#root, subsystem, name, 'format'));
    return text === undefined ? undefined : parseFormat(text);
  }

  /** Names of the events of a subsystem. */
  names(subsystem: string): readonly string[] | undefined {
    if (this.#root === undefined) return undefined;
    return list(join(this.#root, subsystem)).filter(
      (name) => name !== 'enable' && name !== 'filter',
    );
  }
}

/** Reads the text of a format file; lines that say nothing about fields are passed over. */
export function parseFormat(text: string): readonly TracepointField[] {
  return text.split('\n').flatMap((line) => {
    const [, declaration, offset, size, signed] = FIELD.exec(line) ?? [];
    if (declaration === undefined) return [];
    const place = { offset: Number(offset), size: Number(size), isSigned: signed === '1' };
    return [{ ...parseDeclaration(declaration), ...place }];
  });
}

/** `char comm[16]` is the type `char[16]`, `__data_loc char[] name` is `__data_loc char[]`. */
function parseDeclaration(text: string): { readonly name: string; readonly type: string } {
  const [, type = text, name = '', length = ''] = /^(.*?)\s*(\w+)(\[.*\])?$/.exec(text) ?? [];
  return { name, type: type + length };
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
