/** Text that configuration comes from: a file, a variable or a flag; and what is wrong with it. */
import type { ConfigPath, ConfigProblem } from '../../model/config-problem.ts';
import {
  type Collector,
  createCollector,
  parseDocuments,
  plainValue,
  type Span,
  spanAt,
  type YamlErrorCode,
  type YamlNode,
  yamlReport,
} from '../../rules/syntax/index.ts';
import type { FileDiagnostics } from '../agent-options.ts';
import { maskUnread } from './mask-unread.ts';
import { maskSecrets } from './secrets.ts';

/** Far more than any configuration. */
const LENGTH_MAX = 1024 * 1024;

const YAML_CODES: Readonly<Record<YamlErrorCode, string>> = {
  YAML_INVALID: 'CONFIG_YAML_INVALID',
  YAML_TOO_LARGE: 'CONFIG_YAML_TOO_LARGE',
  YAML_KEY_DUPLICATE: 'CONFIG_YAML_KEY_DUPLICATE',
  YAML_KEY_INVALID: 'CONFIG_YAML_KEY_INVALID',
  YAML_ALIAS_INVALID: 'CONFIG_YAML_ALIAS_INVALID',
  YAML_TAG_UNSUPPORTED: 'CONFIG_YAML_TAG_UNSUPPORTED',
};

/** Codes that are about a key, not about its value. */
const KEY_CODES: ReadonlySet<string> = new Set(['CONFIG_KEY_UNKNOWN']);

/** Collects what is wrong with it; never throws. */
export class ConfigText {
  readonly #file: string;
  readonly #text: string;
  readonly #root: YamlNode | undefined;
  /** Whether all of the text is in the tree. */
  readonly #isWhole: boolean;
  readonly #collector: Collector;
  /** Null where there is nothing, or nothing that can be read. */
  readonly value: unknown;

  private constructor(file: string, text: string, isYaml: boolean) {
    this.#file = file;
    this.#text = text;
    this.#collector = createCollector(text, file);
    this.#root = isYaml ? this.#parse() : undefined;
    this.#isWhole = !this.#collector.hasErrors();
    this.value = this.#root === undefined ? null : plainValue(this.#root);
  }

  static yaml(text: string, file: string): ConfigText {
    return new ConfigText(file, text, true);
  }

  /** Of a variable or a flag that has one value; `file` is its name. */
  static plain(text: string, file: string): ConfigText {
    return new ConfigText(file, text, false);
  }

  get file(): string {
    return this.#file;
  }

  /** Whether it can be read at all. */
  get isBroken(): boolean {
    return this.#collector.hasErrors();
  }

  add(problems: readonly ConfigProblem[]): void {
    for (const { path, code, message, hint } of problems) {
      this.#collector.error(code, this.#spanOf(path, KEY_CODES.has(code)), { message, hint });
    }
  }

  warn({ path, code, message, hint }: ConfigProblem): void {
    this.#collector.warning(code, this.#spanOf(path, true), { message, hint });
  }

  /** Line of a part of it, from 1. */
  lineOf(path: ConfigPath): number {
    return this.#collector.locate(this.#spanOf(path, true)).line;
  }

  /** The text is without secrets, so that it may be shown. */
  diagnostics(): FileDiagnostics {
    const read = this.#root === undefined ? this.#text : maskSecrets(this.#text, this.#root);
    const text = this.#isWhole ? read : maskUnread(read);
    return { file: this.#file, text, diagnostics: this.#collector.diagnostics() };
  }

  #spanOf(path: ConfigPath, wantsKey: boolean): Span {
    if (this.#root === undefined) return { start: 0, end: this.#text.length };
    return spanAt(this.#root, path, wantsKey);
  }

  #parse(): YamlNode | undefined {
    const report = yamlReport(YAML_CODES, this.#collector);
    const documents = parseDocuments({ text: this.#text, lengthMax: LENGTH_MAX, report });
    const [first, second] = documents;
    if (second !== undefined) {
      const problem = { message: 'the file has more than one document' };
      this.#collector.error('CONFIG_YAML_INVALID', spanAt(second, []), problem);
    }
    return first;
  }
}
