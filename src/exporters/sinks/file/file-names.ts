/** Names of the files that a log was rotated into: `events-20270115T080000.000Z.json`. */
import { basename, dirname, extname, join } from 'node:path';

const STAMP = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d\.\d{3}Z)$/;
const GZIP = '.gz';
/** Of a file that is being compressed; nothing reads it. */
const PARTIAL = '.partial';

export interface RotatedName {
  readonly name: string;
  /** Of its rotation, ms since 1970. */
  readonly timeMs: number;
  readonly kind: 'plain' | 'compressed' | 'partial';
}

export class FileNames {
  readonly directory: string;
  readonly #stem: string;
  readonly #extension: string;

  constructor(path: string) {
    this.directory = dirname(path);
    this.#extension = extname(path);
    this.#stem = basename(path, this.#extension);
  }

  /** Where the file goes when it is rotated at this time. */
  rotated(timeMs: number): string {
    const stamp = new Date(timeMs).toISOString().replace(/[-:]/g, '');
    return join(this.directory, `${this.#stem}-${stamp}${this.#extension}`);
  }

  compressed(path: string): string {
    return `${path}${GZIP}`;
  }

  partial(path: string): string {
    return `${path}${GZIP}${PARTIAL}`;
  }

  /** Undefined for files that are not of this log: those are left alone. */
  parse(name: string): RotatedName | undefined {
    const [rest, kind] = kindOf(name);
    const prefix = `${this.#stem}-`;
    if (!rest.startsWith(prefix) || !rest.endsWith(this.#extension)) return undefined;
    const stamp = rest.slice(prefix.length, rest.length - this.#extension.length);
    const timeMs = Date.parse(stamp.replace(STAMP, '$1-$2-$3T$4:$5:$6'));
    return STAMP.test(stamp) && !Number.isNaN(timeMs) ? { name, timeMs, kind } : undefined;
  }
}

function kindOf(name: string): readonly [rest: string, kind: RotatedName['kind']] {
  const partial = `${GZIP}${PARTIAL}`;
  if (name.endsWith(partial)) return [name.slice(0, -partial.length), 'partial'];
  if (name.endsWith(GZIP)) return [name.slice(0, -GZIP.length), 'compressed'];
  return [name, 'plain'];
}
