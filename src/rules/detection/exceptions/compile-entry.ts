/** One comparison of an exception, whatever language its field is named in. */
import type { SourceLocation } from '../../../model/diagnostic.ts';
import { quote, suggest } from '../../syntax/quote.ts';
import type { YamlNode } from '../../syntax/tree.ts';
import { CheckProblem, Hints } from '../falco/check-problem.ts';
import { compileAs, compileCheck } from '../falco/compile-check.ts';
import type { ResolvedCheck } from '../falco/compile-operator.ts';
import { mapField as mapFalcoField } from '../falco/field-mapping.ts';
import { parseWholeField } from '../falco/field-syntax.ts';
import { FIELDS, isFieldName } from '../fields/field-table.ts';
import type { Condition } from '../ir/condition.ts';
import { MAPPINGS, mapField as mapSigmaField } from '../sigma/field-mapping.ts';

/** Fields of an exception, and how each is compared. */
export interface ExceptionShape {
  readonly fields: readonly string[];
  readonly comps: readonly string[];
  /** Values come as one entry for all fields. */
  readonly isTuple: boolean;
}

/** A field, an operator of Falco's language, and texts of which one is enough. */
export interface ExceptionEntry {
  readonly field: string;
  readonly comp: string;
  readonly texts: readonly string[];
}

/** What is wrong with an entry, in a clause. */
export interface EntryProblem {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** The condition, or what is wrong. */
export function compileEntry(
  { field, comp, texts }: ExceptionEntry,
  place: SourceLocation,
): Condition | EntryProblem {
  const operator = comp === '==' ? '=' : comp;
  const written = `${field} ${operator} ${texts.join(', ')}`;
  const resolved: ResolvedCheck = {
    ...{ texts, place },
    check: {
      ...{ kind: 'check', operator, written, at: 0, end: 0 },
      field: parseWholeField(field) ?? { name: field, transformers: [] },
      values: texts.map((text) => ({ kind: 'text', text, isQuoted: true })),
    },
  };
  const problems: CheckProblem[] = [];
  const listener = {
    missing: (problem: CheckProblem) => void problems.push(problem),
    warning: () => undefined,
  };
  try {
    const condition = compileField(resolved, field, listener);
    const [problem] = problems;
    if (problem !== undefined) return tell(problem);
    return condition ?? unknownField(field);
  } catch (error) {
    if (error instanceof CheckProblem) return tell(error);
    throw error;
  }
}

function compileField(
  resolved: ResolvedCheck,
  field: string,
  listener: Parameters<typeof compileCheck>[1],
): Condition | undefined {
  if (mapFalcoField(resolved.check.field) !== undefined) return compileCheck(resolved, listener);
  const all = { ...MAPPINGS.process, ...MAPPINGS.file, ...MAPPINGS.network, ...MAPPINGS.dns };
  const mapped = mapSigmaField(field, all);
  if (mapped?.kind !== 'field' && mapped?.kind !== 'renamed') return undefined;
  const renamed = mapped.kind === 'renamed' ? mapped.values : {};
  const texts = resolved.texts.map((text) => {
    return Object.hasOwn(renamed, text) ? (renamed[text] ?? text) : text;
  });
  const key = mapped.kind === 'field' ? mapped.key : undefined;
  const reference = { kind: 'field', field: mapped.field, key, transforms: [] } as const;
  return compileAs({ ...resolved, texts }, reference, listener);
}

function tell(problem: CheckProblem): EntryProblem {
  return { message: problem.message, hint: problem.hint(new Hints()) };
}

function unknownField(field: string): EntryProblem {
  return {
    message: `there is no field ${quote(field)}`,
    hint: suggest(field, Object.keys(FIELDS).filter(isFieldName)),
  };
}

/** Texts of a scalar or of a list of them. */
export function textsOf(node: YamlNode): readonly string[] {
  if (node.kind === 'sequence') return node.items.flatMap(textsOf);
  return node.kind === 'scalar' ? [node.text] : [];
}
