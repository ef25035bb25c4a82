/**
 * The matrix of what policies can compare: every section with every argument type and every
 * operator that the checker lets through for the type. Types and operators come from the checker
 * itself, so that a new one is an empty cell until a trigger is there for it.
 */
import { compilePolicies, policySchema } from '../../../src/rules/index.ts';
import { TRIGGERS, type Trigger } from './triggers.ts';
import { type Samples, samplesOf } from './values.ts';

export const SECTIONS = [
  'kprobes',
  'fentries',
  'lsmhooks',
  'tracepoints',
  'uprobes',
  'usdts',
] as const;

export type Section = (typeof SECTIONS)[number];

/** One operator on one type in one section. */
export interface Cell {
  readonly section: Section;
  readonly type: string;
  readonly operator: string;
  /** What is done about it; undefined: nothing yet. */
  readonly proof: Proof | undefined;
}

export interface Proof {
  readonly trigger: Trigger;
  readonly samples: Samples;
}

/** Every cell there is, with its trigger if there is one. */
export function allCells(): readonly Cell[] {
  const pairs = argumentTypes().flatMap((type) =>
    argumentOperators()
      .filter((operator) => whyNot(type, operator) === undefined)
      .map((operator) => ({ type, operator })),
  );
  return SECTIONS.flatMap((section) =>
    pairs.map(({ type, operator }) => {
      const trigger = TRIGGERS.find((one) => one.section === section && one.types.includes(type));
      const samples = trigger && samplesOf(trigger.kind, operator);
      const proof = trigger && samples && { trigger, samples };
      return { section, type, operator, proof };
    }),
  );
}

/** Types that the checker knows. */
export function argumentTypes(): readonly string[] {
  return readChoices('argument', 'type');
}

/** Operators that the checker knows. */
export function argumentOperators(): readonly string[] {
  return readChoices('matchArgs-entry', 'operator');
}

/** Operators that compare two arguments with one another. */
const PAIRED: readonly string[] = ['CapabilitiesGained'];

/** Why the checker does not let the operator through for the type; values are another matter. */
export function whyNot(type: string, operator: string): string | undefined {
  const what = PAIRED.includes(operator) ? 'args: [0, 1]' : 'index: 1';
  const values = PAIRED.includes(operator) ? '' : ', values: ["1"]';
  const text = `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: matrix}
spec:
  kprobes:
  - call: security_nothing
    syscall: false
    args: [{index: 1, type: ${type}}, {index: 2, type: ${type}}]
    selectors: [{matchArgs: [{${what}, operator: ${operator}${values}}]}]`;
  const { diagnostics } = compilePolicies(text, 'matrix.yaml');
  return diagnostics.find(({ code }) => code === 'POLICY_OPERATOR_TYPE')?.message;
}

/** The words that the schema allows in a field of one of its definitions. */
function readChoices(definition: string, field: string): readonly string[] {
  const found = ['$defs', definition, 'properties', field, 'enum'].reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    policySchema(),
  );
  if (!Array.isArray(found))
    throw new Error(`the schema has no choices for ${definition}.${field}`);
  return found.map(String);
}
