/** Reads values of a configuration that was parsed already, and notes all that is wrong. */
import type { Compiled, ConfigPath, ConfigProblem, ConfigProblemCode } from './config-problem.ts';
import { findNearest } from './nearest.ts';

/** How to get at what is not in the file itself. */
export interface SecretSource {
  /** Throws when it cannot be read. */
  readFile(path: string): string;
  readEnv(name: string): string | undefined;
}

/** Both bounds are allowed values. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

const DURATIONS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const SIZES: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
};

/**
 * A place of the file, with its value. Readers return undefined when there is no value, or one of
 * another form, which is then a problem; those that take a fallback return that. All places below
 * one root share a list of problems. An empty value (`key:`) is none.
 */
export class ConfigPlace {
  readonly value: unknown;
  readonly path: ConfigPath;
  readonly #problems: ConfigProblem[];

  /** For a root; its path is not empty when the value is a part of a file. */
  constructor(value: unknown, path: ConfigPath = [], problems: ConfigProblem[] = []) {
    this.value = value ?? undefined;
    this.path = path;
    this.#problems = problems;
  }

  /** Of this place and all that share its list. */
  get problems(): readonly ConfigProblem[] {
    return this.#problems;
  }

  get isAbsent(): boolean {
    return this.value === undefined;
  }

  report(code: ConfigProblemCode | (string & {}), message: string, hint?: string): undefined {
    const problem = { path: this.path, code, message };
    this.#problems.push(hint === undefined ? problem : { ...problem, hint });
  }

  /** Another value for this place, such as what its text stands for. */
  with(value: unknown): ConfigPlace {
    return new ConfigPlace(value, this.path, this.#problems);
  }

  /** Takes over what another reader found. */
  reportAll(problems: readonly ConfigProblem[]): void {
    this.#problems.push(...problems);
  }

  /** The value of another reader, whose problems become problems of this file. */
  take<T>(compiled: Compiled<T>): T | undefined {
    if (compiled.kind === 'compiled') return compiled.value;
    this.reportAll(compiled.problems);
    return undefined;
  }

  /** `make` is called only when nothing is wrong. */
  result<T>(make: () => T): Compiled<T> {
    if (this.#problems.length > 0) return { kind: 'refused', problems: this.#problems };
    return { kind: 'compiled', value: make() };
  }

  /** The place of a member, which has no value when this is not a map or it is not in it. */
  at(key: string): ConfigPlace {
    const value = isMap(this.value) && Object.hasOwn(this.value, key) ? this.value[key] : undefined;
    return new ConfigPlace(value, [...this.path, key], this.#problems);
  }

  /** Reports a value that is not a map, and returns false for it. */
  expectMap(): boolean {
    const isFine = this.isAbsent || isMap(this.value);
    if (!isFine) this.#mismatch('a map');
    return isFine;
  }

  /** Reports keys that are not among these; false when this is not a map at all. */
  expectKeys(known: readonly string[]): boolean {
    if (!this.expectMap()) return false;
    for (const key of isMap(this.value) ? Object.keys(this.value) : []) {
      if (known.includes(key)) continue;
      const near = findNearest(key, known);
      const hint = near === undefined ? `one of ${known.join(', ')}` : `did you mean "${near}"?`;
      this.at(key).report('CONFIG_KEY_UNKNOWN', `"${key}" is not a key here`, hint);
    }
    return true;
  }

  /** Of a map with free names. */
  entries(): readonly (readonly [string, ConfigPlace])[] {
    this.expectMap();
    const keys = isMap(this.value) ? Object.keys(this.value) : [];
    return keys.map((key) => [key, this.at(key)] as const);
  }

  items(): readonly ConfigPlace[] {
    if (this.isAbsent) return [];
    if (!Array.isArray(this.value)) {
      this.#mismatch('a list');
      return [];
    }
    return this.value.map(
      (item: unknown, index) => new ConfigPlace(item, [...this.path, index], this.#problems),
    );
  }

  /** Reports that there is no value; returns itself. */
  required(): this {
    const key = this.path.at(-1) ?? 'value';
    if (this.isAbsent) this.report('CONFIG_KEY_MISSING', `"${key}" is required`);
    return this;
  }

  text(): string | undefined {
    if (this.isAbsent) return undefined;
    if (typeof this.value === 'string') return this.value;
    return this.#mismatch('a text');
  }

  /** As `text`, and there has to be one that is not empty; '' when it is not so. */
  requiredText(): string {
    const text = this.required().text();
    if (text === '') this.report('CONFIG_VALUE_INVALID', 'the text is empty');
    return text ?? '';
  }

  /** Undefined when the list is absent; items that are not texts are left out and reported. */
  texts(): readonly string[] | undefined {
    if (this.isAbsent) return undefined;
    return this.items().flatMap((item) => item.required().text() ?? []);
  }

  flag(): boolean | undefined {
    if (this.isAbsent || typeof this.value === 'boolean') return this.value as boolean | undefined;
    return this.#mismatch('true or false');
  }

  integer({ min, max }: Bounds): number | undefined {
    if (this.isAbsent) return undefined;
    if (!Number.isSafeInteger(this.value)) return this.#mismatch('a whole number');
    const value = Number(this.value);
    return this.#inBounds(value, min <= value && value <= max, `${min} to ${max}`);
  }

  /** `500ms`, `10s`, `5m`, `1h` or `2d`, in ms. */
  durationMs(bounds: Bounds): number | undefined {
    return this.#quantity(DURATIONS, bounds, 'a time as 10s, 5m or 1h');
  }

  /** `64KiB`, `100MiB`, or a number of bytes. */
  bytes(bounds: Bounds): number | undefined {
    return this.#quantity(SIZES, bounds, 'a size as 64KiB or 100MiB');
  }

  oneOf<T extends string>(values: readonly T[]): T | undefined {
    const text = this.text();
    if (text === undefined) return undefined;
    const value = values.find((known) => known === text);
    if (value !== undefined) return value;
    const near = findNearest(text, values);
    const hint = near === undefined ? undefined : `did you mean "${near}"?`;
    const message = `"${text.slice(0, 64)}" is none of ${values.join(', ')}`;
    return this.report('CONFIG_VALUE_UNKNOWN', message, hint);
  }

  /** As `texts`, of values that are known. */
  someOf<T extends string>(values: readonly T[]): readonly T[] | undefined {
    if (this.isAbsent) return undefined;
    return this.items().flatMap((item) => item.required().oneOf(values) ?? []);
  }

  /** The contents of the file that is named. Bounded by who reads it. */
  fileText(source: SecretSource): string | undefined {
    const path = this.text();
    return path === undefined ? undefined : this.#read(path, source);
  }

  /**
   * `{file: PATH}`, `{env: NAME}`, or the text itself. One line end at the end of a file is not
   * part of it.
   */
  secret(source: SecretSource): string | undefined {
    if (this.isAbsent || typeof this.value === 'string') return this.text();
    if (!isMap(this.value)) return this.#mismatch('a text, {file: PATH} or {env: NAME}');
    this.expectKeys(['file', 'env']);
    const [file, env] = [this.at('file'), this.at('env')];
    if (file.isAbsent === env.isAbsent) {
      return this.report('CONFIG_VALUE_INVALID', 'a secret has one of "file" and "env"');
    }
    if (!file.isAbsent) return file.fileText(source)?.replace(/\r?\n$/, '');
    const name = env.text();
    if (name === undefined) return undefined;
    const value = source.readEnv(name) ?? '';
    if (value !== '') return value;
    return env.report('CONFIG_SECRET_UNREADABLE', `the variable ${name} is not set, or is empty`);
  }

  #read(path: string, source: SecretSource): string | undefined {
    try {
      const text = source.readFile(path);
      if (text !== '') return text;
      return this.report('CONFIG_SECRET_UNREADABLE', `${path} is empty`);
    } catch (error) {
      const reason = error instanceof Error && 'code' in error ? String(error.code) : 'no reason';
      return this.report('CONFIG_SECRET_UNREADABLE', `${path} cannot be read: ${reason}`);
    }
  }

  #quantity(units: typeof SIZES, { min, max }: Bounds, form: string): number | undefined {
    if (this.isAbsent) return undefined;
    const isText = typeof this.value === 'string' || typeof this.value === 'number';
    const match = isText ? /^(\d{1,15})([A-Za-z]{0,3})$/.exec(String(this.value)) : null;
    const unit = units[match?.[2] ?? '-'];
    if (match === null || unit === undefined) return this.#mismatch(form);
    const value = Number(match[1]) * unit;
    const isIn = min <= value && value <= max;
    return this.#inBounds(value, isIn, `${written(min, units)} to ${written(max, units)}`);
  }

  #inBounds(value: number, isIn: boolean, range: string): number | undefined {
    if (isIn) return value;
    return this.report('CONFIG_VALUE_RANGE', `${String(this.value)} is not within ${range}`);
  }

  #mismatch(wanted: string): undefined {
    this.report('CONFIG_TYPE_MISMATCH', `it has to be ${wanted}, not ${kindOf(this.value)}`);
  }
}

/** In the largest unit that it is a multiple of. */
function written(value: number, units: typeof SIZES): string {
  const [name = '', size = 1] =
    Object.entries(units).findLast(([, unit]) => value >= unit && value % unit === 0) ?? [];
  return `${value / size}${name}`;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isMap(value)) return 'a map';
  if (typeof value === 'string') return 'this text';
  return `${String(value)}`;
}
