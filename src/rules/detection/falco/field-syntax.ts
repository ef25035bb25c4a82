/** Fields as they are written: `proc.aname[2]`, `tolower(proc.name)`. */
import { quote, suggest } from '../../syntax/quote.ts';
import { FilterProblem, Scanner } from './filter-scanner.ts';
import type { FilterField } from './filter-tree.ts';

const NAME = /[a-zA-Z]\w*(?:\.[a-zA-Z]\w*)+/y;
const ARGUMENT = /[^\][\s"']+/y;
const FUNCTION = /[a-zA-Z]\w*(?=\()/y;

/** Transformers of one field; `val` says that a field is meant where a value could be. */
export const TRANSFORMERS: readonly string[] = [
  ...['tolower', 'toupper', 'b64', 'basename', 'len', 'val'],
];

/** What the language has beside them. */
const OTHER_TRANSFORMERS: readonly string[] = ['join', 'concat', 'getopt'];

/** A field or a transformer of one, when it begins here. Throws FilterProblem. */
export function parseField(scanner: Scanner): FilterField | undefined {
  return takeName(scanner) ?? takeTransformer(scanner);
}

/** A transformer, when one begins here. Throws FilterProblem. */
export function takeTransformer(scanner: Scanner): FilterField | undefined {
  const at = scanner.at;
  const names: string[] = [];
  for (;;) {
    const name = scanner.take(FUNCTION);
    if (name === undefined) break;
    if (!TRANSFORMERS.includes(name)) return refuse(name, at);
    names.push(name);
    scanner.takeText('(');
    scanner.skip();
  }
  if (names.length === 0) return undefined;
  const field = takeName(scanner);
  if (field === undefined) throw new FilterProblem('a field is expected here', scanner.at);
  for (let open = names.length; open > 0; open -= 1) {
    scanner.skip();
    if (!scanner.takeText(')')) throw new FilterProblem('a parenthesis is not closed', scanner.at);
  }
  return { ...field, transformers: names.reverse() };
}

function takeName(scanner: Scanner): FilterField | undefined {
  const name = scanner.take(NAME);
  if (name === undefined) return undefined;
  if (!scanner.takeText('[')) return { name, transformers: [] };
  const argument = scanner.takeQuoted() ?? scanner.take(ARGUMENT);
  if (argument === undefined || !scanner.takeText(']')) {
    throw new FilterProblem(`the argument of ${quote(name)} is not closed`, scanner.at);
  }
  return { name, argument, transformers: [] };
}

function refuse(name: string, at: number): never {
  const code = 'FALCO_OPERATOR_UNSUPPORTED';
  const isKnown = OTHER_TRANSFORMERS.includes(name);
  const hint = isKnown ? undefined : suggest(name, TRANSFORMERS);
  throw new FilterProblem(
    isKnown ? `${quote(`${name}()`)} is not supported` : `there is no ${quote(`${name}()`)}`,
    at,
    hint === undefined ? { code } : { code, hint },
  );
}

/** A field that is the whole text; undefined when it is none. */
export function parseWholeField(text: string): FilterField | undefined {
  const scanner = new Scanner(text.trim());
  try {
    const field = parseField(scanner);
    return scanner.isAtEnd ? field : undefined;
  } catch (error) {
    if (error instanceof FilterProblem) return undefined;
    throw error;
  }
}
