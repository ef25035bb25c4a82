/** Types of values of the configuration: how each is read, and how schemas and pages say it. */
import type { Bounds, ConfigPlace } from '../../model/config-place.ts';
import { FINDING_RATE_HINT, readFindingRate } from '../../model/finding-rate.ts';

/** What is wrong with a text of a certain form. */
export interface TextProblem {
  readonly message: string;
  readonly hint: string;
}

type TextCheck = (text: string) => TextProblem | undefined;

export type KeyType =
  | { readonly kind: 'text'; readonly choices?: readonly string[]; readonly check?: TextCheck }
  | { readonly kind: 'path' }
  | { readonly kind: 'flag' }
  | { readonly kind: 'rate' }
  | { readonly kind: 'duration'; readonly bounds: Bounds }
  | { readonly kind: 'bytes'; readonly bounds: Bounds }
  | {
      readonly kind: 'texts';
      readonly arePaths?: true;
      /** One of them may stand for a list of it. */
      readonly acceptsOne?: true;
      readonly choices?: readonly string[];
      readonly check?: TextCheck;
    }
  | { readonly kind: 'labels' }
  /** Parts with a structure of their own, which their owners read. */
  | { readonly kind: 'tree'; readonly form: 'list' | 'map'; readonly schema: object };

/** What a key has been read as. */
export type KeyValue =
  | string
  | number
  | boolean
  | readonly string[]
  | Readonly<Record<string, string>>;

/** Undefined when the place has no value, or a wrong one, which it then reports. */
export function readKey(place: ConfigPlace, type: KeyType): KeyValue | undefined {
  switch (type.kind) {
    case 'text':
      return type.choices === undefined
        ? checkText(place, place.text(), type.check)
        : place.oneOf(type.choices);
    case 'path':
      return checkText(place, place.text(), refuseEmpty);
    case 'flag':
      return place.flag();
    case 'rate':
      return readRate(place);
    case 'duration':
      return place.durationMs(type.bounds);
    case 'bytes':
      return place.bytes(type.bounds);
    case 'texts':
      return type.choices === undefined ? readTexts(place, type) : place.someOf(type.choices);
    case 'labels':
      return readLabels(place);
    case 'tree':
      return undefined;
  }
}

function readTexts(
  place: ConfigPlace,
  { arePaths, acceptsOne, check: own }: Extract<KeyType, { kind: 'texts' }>,
): KeyValue | undefined {
  if (place.isAbsent) return undefined;
  const check = arePaths === true ? refuseEmpty : own;
  if (acceptsOne === true && typeof place.value === 'string') {
    return [checkText(place, place.value, check) ?? []].flat();
  }
  return place.items().flatMap((item) => checkText(item, item.required().text(), check) ?? []);
}

function readLabels(place: ConfigPlace): KeyValue | undefined {
  if (place.isAbsent) return undefined;
  const entries = place.entries().map(([key, value]) => [key, value.required().text() ?? '']);
  return Object.fromEntries(entries);
}

/** `none` stands for no bound at all. */
function readRate(place: ConfigPlace): number | undefined {
  if (place.isAbsent) return undefined;
  const rate = readFindingRate(String(place.value));
  return rate ?? place.report('CONFIG_VALUE_INVALID', 'it is no rate', FINDING_RATE_HINT);
}

function checkText(
  place: ConfigPlace,
  text: string | undefined,
  check: TextCheck | undefined,
): string | undefined {
  const problem = text === undefined ? undefined : check?.(text);
  if (problem === undefined) return text;
  return place.report('CONFIG_VALUE_INVALID', problem.message, problem.hint);
}

function refuseEmpty(text: string): TextProblem | undefined {
  return text === '' ? { message: 'the path is empty', hint: 'leave the key out' } : undefined;
}

/** Of a flag, or of a variable, where items of lists are divided by commas. */
export function fromText(text: string, type: KeyType): unknown {
  switch (type.kind) {
    case 'flag':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'texts':
      return text.split(',').filter((item) => item !== '');
    case 'labels':
      return labelsOf(text.split(',').filter((item) => item !== ''));
    default:
      return text;
  }
}

/** Of `key=value`; a text that is no label stays one, so that it is refused. */
export function labelsOf(texts: readonly string[]): unknown {
  const pairs = texts.map((text) => /^([^=]+)=(.*)$/s.exec(text));
  if (pairs.some((pair) => pair === null)) return texts.find((text) => !/^[^=]+=/.test(text));
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']));
}
