/** Conditions with their macros and lists put in: trees of tests. */
import { quote, suggest } from '../../syntax/quote.ts';
import type { Condition } from '../ir/condition.ts';
import { compileCheck } from './compile-check.ts';
import { type Check, CheckProblem } from './compile-operator.ts';
import type { FalcoErrorCode } from './errors.ts';
import { FIELD_NAMES, mapField } from './field-mapping.ts';
import { type Filter, parseFilter } from './filter-syntax.ts';
import { type Items, scalarText, type WrittenText } from './items.ts';

/** What a condition comes to. */
export interface Expansion {
  readonly condition: Condition;
  /** Something in it says which events are meant. */
  readonly namesEvents: boolean;
  /** Fields that events do not have: the rule may say that it is to be left out then. */
  readonly unknownFields: readonly string[];
}

/** Macros within macros. */
const DEPTH_MAX = 100;

/** Parts of a condition; macros that are used twice in macros that are used twice grow fast. */
const PARTS_MAX = 100_000;

const NEVER: Condition = { kind: 'constant', value: false };

/** Expands conditions of a set of items; macros are parsed once. */
export class Expander {
  readonly #items: Items;
  readonly #parsed = new Map<WrittenText, Filter | undefined>();
  readonly #lists = new Map<string, readonly string[]>();
  readonly #warned = new Set<string>();
  #parts = 0;
  #text: WrittenText | undefined;
  #failed = false;
  #namesEvents = false;
  #unknownFields: string[] = [];

  constructor(items: Items) {
    this.#items = items;
  }

  /** Expands the condition of a rule; problems are told where the rule is. */
  expand(text: WrittenText): Expansion {
    this.#text = text;
    this.#parts = 0;
    this.#failed = false;
    this.#namesEvents = false;
    this.#unknownFields = [];
    const filter = this.#parse(text);
    const condition = filter === undefined ? NEVER : this.#walk(filter, []);
    return {
      condition,
      namesEvents: this.#namesEvents,
      unknownFields: this.#unknownFields,
    };
  }

  /** Whether something of the rule that was expanded last was wrong. */
  get hasFailed(): boolean {
    return this.#failed;
  }

  /** Values of a list with lists in it. */
  valuesOf(texts: readonly string[]): readonly string[] {
    return texts.flatMap((text) => this.#resolve(text, []));
  }

  /** A check that is not written in a condition. */
  compile(check: Check, text: WrittenText): Condition {
    this.#text = text;
    return this.#check(check);
  }

  #parse(text: WrittenText): Filter | undefined {
    if (this.#parsed.has(text)) return this.#parsed.get(text);
    const parsed = parseFilter(text.text);
    if (!('message' in parsed)) {
      this.#parsed.set(text, parsed);
      return parsed;
    }
    this.#parsed.set(text, undefined);
    const near = text.text.slice(Math.max(0, parsed.at - 20), parsed.at + 20).trim();
    this.#fail('FALCO_CONDITION_INVALID', `${parsed.message}, near ${quote(near)}`, text);
    return undefined;
  }

  #walk(filter: Filter, macros: readonly string[]): Condition {
    this.#parts += 1;
    if (this.#parts > PARTS_MAX) {
      if (this.#parts === PARTS_MAX + 1) {
        this.#fail('FALCO_CONDITION_TOO_LARGE', `it has more than ${PARTS_MAX} parts`);
      }
      return NEVER;
    }
    switch (filter.kind) {
      case 'and':
      case 'or':
        return { kind: filter.kind, parts: filter.parts.map((part) => this.#walk(part, macros)) };
      case 'not':
        return { kind: 'not', part: this.#walk(filter.part, macros) };
      case 'macro':
        return this.#macro(filter.name, macros);
      default:
        return this.#check(filter);
    }
  }

  #macro(name: string, macros: readonly string[]): Condition {
    const macro = this.#items.macros.get(name);
    const text = macro?.texts.get('condition');
    if (text === undefined) {
      this.#fail('FALCO_NAME_UNKNOWN', `there is no macro ${quote(name)}`, undefined, [
        ...this.#items.macros.keys(),
      ]);
      return NEVER;
    }
    if (macros.includes(name) || macros.length >= DEPTH_MAX) {
      this.#fail('FALCO_CONDITION_TOO_LARGE', `the macro ${quote(name)} needs itself`);
      return NEVER;
    }
    const filter = this.#parse(text);
    if (filter === undefined) {
      this.#failed = true;
      return NEVER;
    }
    const condition = this.#walk(filter, [...macros, name]);
    return condition.kind === 'and' || condition.kind === 'or'
      ? { ...condition, label: name }
      : { kind: 'and', parts: [condition], label: name };
  }

  #check(check: Check): Condition {
    const text = this.#text;
    if (text === undefined) return NEVER;
    if (mapField(check.field)?.kind === 'event_type') this.#namesEvents = true;
    const texts = this.valuesOf(
      check.values.flatMap((value) => (value.kind === 'text' ? [value.text] : [])),
    );
    try {
      const place = text.report.locate(text.span);
      return compileCheck({ check, texts, place }, (code, message) => this.#warn(code, message));
    } catch (error) {
      if (!(error instanceof CheckProblem)) throw error;
      const isField = /^FALCO_FIELD_/.test(error.code);
      if (isField) this.#unknownFields.push(check.field.name);
      else this.#fail(error.code, `${error.message}, in ${quote(check.written)}`);
      if (error.code === 'FALCO_FIELD_UNKNOWN') this.#hint(check.field.name);
      return NEVER;
    }
  }

  #resolve(text: string, lists: readonly string[]): readonly string[] {
    const list = this.#items.lists.get(text);
    if (list === undefined) return [text];
    const known = this.#lists.get(text);
    if (known !== undefined) return known;
    if (lists.includes(text) || lists.length >= DEPTH_MAX) {
      this.#fail('FALCO_CONDITION_TOO_LARGE', `the list ${quote(text)} needs itself`);
      return [];
    }
    const nodes = list.lists.get('items') ?? [];
    const values = nodes.flatMap((node) => {
      const value = scalarText(node);
      return value === undefined ? [] : this.#resolve(value, [...lists, text]);
    });
    this.#lists.set(text, values);
    return values;
  }

  #fail(
    code: FalcoErrorCode,
    message: string,
    at: WrittenText | undefined = this.#text,
    names: readonly string[] = [],
  ): void {
    this.#failed = true;
    const name = /`([^`]*)`$/.exec(message)?.[1] ?? '';
    at?.report.error(code, at.span, { message, hint: suggest(name, names) });
  }

  #hint(name: string): void {
    const text = this.#text;
    const hint = suggest(name, FIELD_NAMES);
    if (hint !== undefined) this.#unknownFields.push(`${name} (${hint})`);
    if (text === undefined) this.#failed = true;
  }

  /** Once for each place: a macro that all rules use is not their fault. */
  #warn(code: FalcoErrorCode, message: string): void {
    const text = this.#text;
    if (text === undefined || this.#warned.has(message)) return;
    this.#warned.add(message);
    text.report.warning(code, text.span, { message });
  }
}
