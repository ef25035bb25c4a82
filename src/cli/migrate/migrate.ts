/** Makes a configuration of Warder from keys of a Tetragon, and says what became of each. */
import { findNearest } from '../../model/nearest.ts';
import type { Found, Setting } from './setting.ts';
import type { ConfigValue, Reading, TetragonKey } from './tetragon-key.ts';
import { TETRAGON_KEYS } from './tetragon-keys.ts';

/** What became of a key. */
export interface Note {
  /** `taken`, with what is not quite the same, if anything is; `same`: it is so without a word. */
  readonly kind: 'taken' | 'same' | 'none' | 'unknown' | 'invalid';
  readonly from: string;
  /** Of our file; empty where there is none. */
  readonly path: string;
  readonly reason: string;
}

export interface Migration {
  /** By section and key. */
  readonly config: Readonly<Record<string, ConfigValue>>;
  /** In the order of the table, then what is in none. */
  readonly notes: readonly Note[];
}

/** What its daemon does when nobody says anything, and ours would not. */
const DEFAULTS: readonly Setting[] = [
  { name: 'enable-k8s-api', value: 'false', from: 'the default of enable-k8s-api' },
  {
    ...{ name: 'tracing-policy-dir', value: '/etc/tetragon/tetragon.tp.d' },
    from: 'the default of tracing-policy-dir',
  },
];

/** The same of an export file, where there is one. */
const EXPORT_DEFAULTS: readonly Setting[] = [
  ['export-file-max-size-mb', '10'],
  ['export-file-max-backups', '5'],
  ['export-file-rotation-interval', '0'],
  ['export-file-compress', 'false'],
].map(([name = '', value = '']) => ({ name, value, from: `the default of ${name}` }));

/** Of keys that are there several times the last one counts. */
export function migrate(found: readonly Found[]): Migration {
  const given = found.flatMap((each) => each.settings);
  const hasExport = given.some(({ name, value }) => name === 'export-filename' && value !== '');
  const settings = [...DEFAULTS, ...(hasExport ? EXPORT_DEFAULTS : []), ...given];
  const byName = new Map(settings.map((setting) => [setting.name, setting]));
  const draft = new Draft();
  for (const key of TETRAGON_KEYS) {
    const setting = byName.get(key.name);
    byName.delete(key.name);
    if (setting !== undefined) draft.take(key, setting);
  }
  draft.finish();
  return {
    config: draft.config,
    notes: [
      ...draft.notes,
      ...[...byName.values()].map(unknown),
      ...found.flatMap(({ others }) => others).map((other) => note('none', other.from, other)),
    ],
  };
}

class Draft {
  readonly #values = new Map<string, { readonly value: ConfigValue; readonly from: string }>();
  #notes: Note[] = [];

  get notes(): readonly Note[] {
    return this.#notes;
  }

  get config(): Readonly<Record<string, ConfigValue>> {
    const tree: Record<string, ConfigValue> = {};
    for (const [path, { value }] of this.#values) put(tree, path.split('.'), value);
    return tree;
  }

  take({ meaning }: TetragonKey, { value: text, from }: Setting): void {
    if (meaning.kind !== 'key') {
      this.#notes.push(note(meaning.kind, from, meaning));
      return;
    }
    const { path, remark = '' } = meaning;
    const reading: Reading = meaning.read(text);
    if (reading.kind === 'value') {
      this.#values.set(path, { value: reading.value, from });
      this.#notes.push(note('taken', from, { path, reason: remark }));
    } else if (reading.kind === 'nothing') {
      this.#notes.push(note('same', from, { reason: 'with this value there is nothing to say' }));
    } else {
      this.#notes.push(note(reading.kind, from, reading));
    }
  }

  /** What several keys are together. */
  finish(): void {
    this.#finishExport();
    this.#finishGrpc();
    if (this.#values.has('metrics.address')) {
      this.#values.set('metrics.tetragonNames', { value: true, from: '' });
    }
  }

  /** Without a file nothing is exported, whatever else is said about it. */
  #finishExport(): void {
    const parts = [...this.#values].filter(([path]) => path.startsWith('export.'));
    if (parts.length === 0) return;
    const rate = this.#values.get('export.rate');
    const hasFile = this.#values.has('export.path');
    for (const [path] of parts) this.#values.delete(path);
    if (!hasFile || rate !== undefined) {
      const reason = hasFile ? 'a rate limit of 0' : 'no `export-filename`';
      this.#drop('export.', `there is ${reason}, so that nothing is exported`);
      return;
    }
    const sink: Record<string, ConfigValue> = { name: 'export', type: 'file' };
    for (const [path, { value }] of parts) put(sink, path.split('.').slice(1), value);
    const route = { kinds: ['event'] };
    this.#values.set('delivery.sinks', { value: [{ ...sink, route }], from: '' });
    this.#notes = this.#notes.map((each) => {
      const isPart = each.path.startsWith('export.');
      return isPart ? { ...each, path: each.path.replace('export.', 'delivery.sinks[0].') } : each;
    });
  }

  #finishGrpc(): void {
    const address = this.#values.get('grpc.address')?.value;
    const tls = ['grpc.tlsCert', 'grpc.tlsKey', 'grpc.tlsClientCa'];
    const isUnix = typeof address === 'string' && address.startsWith('unix:');
    if (isUnix || address === undefined) {
      const reason = isUnix ? 'a unix socket takes none' : 'there is no address of gRPC';
      for (const path of tls) this.#remove(path, reason);
    } else if (!tls.every((path) => this.#values.has(path))) {
      const reason = 'over TCP, gRPC takes certificates of both sides; use a unix socket';
      for (const path of ['grpc.address', ...tls]) this.#remove(path, reason);
    }
  }

  #remove(path: string, reason: string): void {
    if (this.#values.delete(path)) this.#drop(path, reason);
  }

  #drop(start: string, reason: string): void {
    this.#notes = this.#notes.map((each) => {
      return each.path.startsWith(start) ? note('none', each.from, { reason }) : each;
    });
  }
}

function put(tree: Record<string, ConfigValue>, path: readonly string[], value: ConfigValue): void {
  const [name = '', ...rest] = path;
  if (rest.length === 0) {
    tree[name] = value;
    return;
  }
  const inner: Record<string, ConfigValue> = { ...membersOf(tree[name]) };
  put(inner, rest, value);
  tree[name] = inner;
}

function membersOf(value: ConfigValue | undefined): Readonly<Record<string, ConfigValue>> {
  return typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

function unknown({ name, from }: Setting): Note {
  const near = findNearest(
    name,
    TETRAGON_KEYS.map((each) => each.name),
  );
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  return note('unknown', from, { reason: `it is no key of Tetragon that is known${hint}` });
}

function note(
  kind: Note['kind'],
  from: string,
  { path = '', reason }: { readonly path?: string; readonly reason: string },
): Note {
  return { kind, from, path, reason };
}
