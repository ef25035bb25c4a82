/** Functions that conditions have; nothing else of the language's library can be reached. */
import { isIP } from 'node:net';
import { Environment } from '@marcbachmann/cel-js';
import { compileOperator } from '../evaluate/run-operator.ts';
import { compileRegex, type Regex } from '../pattern/regex.ts';

/** Functions go by their names, methods of values have a dot in front. */
const FUNCTIONS: readonly string[] = [
  'has',
  'size',
  'int',
  'double',
  'string',
  '.contains',
  '.startsWith',
  '.endsWith',
  '.matches',
  '.inNetwork',
  '.lowerAscii',
  '.upperAscii',
  '.trim',
  '.size',
];

/** Methods that go over the values of a list. */
export const LOOPS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'filter', 'map']);

/** Of the library, what calls this goes to; `matches` of the library backtracks. As long as it. */
export const REGEX_FUNCTION = 're2find';

/** Whether there is the function, or with a dot in front the method. */
export function isFunction(name: string): boolean {
  return FUNCTIONS.includes(name);
}

/** All of them, for messages. */
export function listFunctions(): string {
  const loops = [...LOOPS].map((name) => `.${name}`);
  return [...FUNCTIONS, ...loops].map((name) => `${name}()`).join(', ');
}

/** Bits of an address by its version. */
const ADDRESS_BITS: Readonly<Record<number, number>> = { 4: 32, 6: 128 };

/** Whether the text is an address, or a network in CIDR notation. */
export function isNetwork(text: string): boolean {
  const [address = '', length = '0', ...rest] = text.split('/');
  const bits = ADDRESS_BITS[isIP(address)];
  return bits !== undefined && /^\d{1,3}$/.test(length) && Number(length) <= bits && !rest.length;
}

/** Characters times instructions of all regular expressions of one evaluation. */
const REGEX_STEPS_MAX = 5_000_000;

/** What the regular expressions of one evaluation may cost. */
export class RegexBudget {
  readonly #regexes = new Map<string, Regex>();
  #left = 0;

  /** For the next evaluation. */
  reset(): void {
    this.#left = REGEX_STEPS_MAX;
  }

  /** Throws when it would cost too much. */
  matches(text: string, pattern: string): boolean {
    const regex = this.#regexOf(pattern);
    this.#left -= regex.size * text.length;
    if (this.#left < 0) throw new RangeError('regular expressions take too many steps');
    return regex.matches(text);
  }

  #regexOf(pattern: string): Regex {
    const known = this.#regexes.get(pattern);
    if (known !== undefined) return known;
    const regex = compileRegex({ pattern, flags: '', isWhole: false });
    if (typeof regex === 'string') throw new RangeError(regex);
    this.#regexes.set(pattern, regex);
    return regex;
  }
}

type TextTest = (text: string, argument: string) => boolean;

/** Bounds of the parser. */
const LIMITS = {
  maxAstNodes: 1000,
  maxDepth: 32,
  maxListElements: 500,
  maxMapEntries: 16,
  maxCallArguments: 4,
};

/** For reading an expression, whatever its names. */
export function createSyntaxEnvironment(): Environment {
  return new Environment({ unlistedVariablesAreDyn: true, limits: LIMITS });
}

/**
 * For checking and evaluating. What compares a text compares a list of texts, too, and holds when
 * it holds for any of them, as tests of rules do.
 */
export function createEnvironment(budget: RegexBudget): Environment {
  const environment = new Environment({ limits: LIMITS });
  const networks = createNetworkTest();
  const texts: Readonly<Record<string, TextTest>> = {
    contains: (text, part) => text.includes(part),
    startsWith: (text, part) => text.startsWith(part),
    endsWith: (text, part) => text.endsWith(part),
    inNetwork: networks,
    [REGEX_FUNCTION]: (text, pattern) => budget.matches(text, pattern),
  };
  const options = { async: false };
  for (const [name, test] of Object.entries(texts)) {
    const any = (values: readonly string[], argument: string): boolean =>
      values.some((text) => test(text, argument));
    environment.registerFunction(`list<string>.${name}(string): bool`, any, options);
    const isOwn = name === REGEX_FUNCTION || name === 'inNetwork';
    if (isOwn) environment.registerFunction(`string.${name}(string): bool`, test, options);
  }
  for (const type of ['string', 'int']) {
    const includes = (values: readonly unknown[], value: unknown): boolean =>
      values.includes(value);
    const meets = (values: readonly unknown[], others: readonly unknown[]): boolean =>
      values.some((value) => others.includes(value));
    environment.registerOperator(`list<${type}> == ${type}`, includes);
    environment.registerOperator(`list<${type}> in list<${type}>`, meets);
  }
  return environment;
}

function createNetworkTest(): TextTest {
  const known = new Map<string, (value: string) => boolean>();
  return (text, network) => {
    let test = known.get(network);
    if (test === undefined) {
      test = compileOperator({ kind: 'in_network', networks: [network] });
      known.set(network, test);
    }
    return test(text);
  };
}
