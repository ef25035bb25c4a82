/** The configuration in force: of each key its value, and where that came from. */
import { ConfigPlace } from '../../model/config-place.ts';
import type { ConfigPath } from '../../model/config-problem.ts';
import { assert } from '../../model/errors.ts';
import type { FileDiagnostics } from '../agent-options.ts';
import type { ConfigText } from './config-text.ts';
import type { ConfigKey } from './key.ts';
import { fromText, type KeyValue, readKey } from './key-types.ts';

export type ConfigOrigin =
  | { readonly kind: 'default' }
  | { readonly kind: 'file'; readonly file: string; readonly line: number }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'flag'; readonly name: string };

/** One key, as it is. */
export interface ConfigSetting {
  readonly key: ConfigKey;
  readonly origin: ConfigOrigin;
  /** Undefined where nobody said anything, and of trees. */
  readonly value: KeyValue | undefined;
  /** As it was written; undefined when it was not. */
  readonly written: unknown;
  /** Where that stands. */
  readonly source: ConfigText | undefined;
  readonly path: ConfigPath;
}

/** What the settings were read from. */
export interface ConfigTexts {
  readonly all: readonly ConfigText[];
  readonly file: ConfigText | undefined;
}

/** Immutable but for the problems, which owners of trees add. */
export class Config {
  readonly #settings: ReadonlyMap<string, ConfigSetting>;
  readonly #sources: readonly ConfigText[];
  readonly #file: ConfigText | undefined;

  constructor(settings: ReadonlyMap<string, ConfigSetting>, texts: ConfigTexts) {
    this.#settings = settings;
    this.#sources = texts.all;
    this.#file = texts.file;
  }

  get settings(): readonly ConfigSetting[] {
    return [...this.#settings.values()];
  }

  /** What is wrong, by where it stands; none when all is right. */
  get diagnostics(): readonly FileDiagnostics[] {
    return this.#sources
      .map((source) => source.diagnostics())
      .filter(({ diagnostics }) => diagnostics.length > 0);
  }

  /** Whether a file was read, which may be read again. */
  get hasFile(): boolean {
    return this.#file !== undefined;
  }

  get hasErrors(): boolean {
    return this.#sources.some(({ isBroken }) => isBroken);
  }

  /** The same with these settings in the place of its own. */
  with(settings: readonly ConfigSetting[]): Config {
    const all = settings.map((one) => [`${one.key.section}.${one.key.name}`, one] as const);
    const texts = { all: this.#sources, file: this.#file };
    return new Config(new Map([...this.#settings, ...all]), texts);
  }

  /** Undefined when it has neither a value nor a fallback. */
  text(path: string): string | undefined {
    const value = this.#value(path);
    return typeof value === 'string' ? value : undefined;
  }

  /** Of times in ms, of sizes in bytes. */
  number(path: string): number | undefined {
    const value = this.#value(path);
    return typeof value === 'number' ? value : undefined;
  }

  isOn(path: string): boolean {
    return this.#value(path) === true;
  }

  /** Undefined when nobody said anything. */
  texts(path: string): readonly string[] | undefined {
    const value = this.#value(path);
    return Array.isArray(value) ? value : undefined;
  }

  labels(path: string): Readonly<Record<string, string>> | undefined {
    const value = this.#value(path);
    const isMap = typeof value === 'object' && !Array.isArray(value);
    return isMap ? Object.fromEntries(Object.entries(value)) : undefined;
  }

  /**
   * Reads a tree with the reader of its owner, whose problems become problems of the text. Absent
   * trees are read as well: their places are absent.
   */
  tree<T>(path: string, read: (place: ConfigPlace) => T): T {
    const setting = this.#setting(path);
    const place = new ConfigPlace(setting.written, setting.path);
    const result = read(place);
    setting.source?.add(place.problems);
    return result;
  }

  #value(path: string): KeyValue | undefined {
    const { value, key } = this.#setting(path);
    if (value !== undefined || key.fallback === undefined) return value;
    return readKey(new ConfigPlace(fromText(key.fallback, key.type)), key.type);
  }

  #setting(path: string): ConfigSetting {
    const setting = this.#settings.get(path);
    assert(setting !== undefined, `${path} is no key of the configuration`);
    return setting;
  }
}
