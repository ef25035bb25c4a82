/** What the checker itself says about types, operators and sections. */
import { compilePolicies, policySchema } from '../../../src/rules/policy/index.ts';
import type { Section } from './sections.ts';

/** Types that the checker knows; `auto` is always one of the others. */
export function argumentTypes(): readonly string[] {
  return readChoices('argument', 'type').filter((type) => type !== 'auto');
}

/** Operators that the checker knows. */
export function argumentOperators(): readonly string[] {
  return readChoices('matchArgs-entry', 'operator');
}

/** Entries that are right but for what is asked about. */
const HOOKS: Readonly<Record<Section, readonly string[]>> = {
  kprobes: ['call: security_nothing, syscall: false', 'call: sys_read'],
  fentries: ['call: security_nothing, syscall: false', 'call: sys_read'],
  lsmhooks: ['hook: nothing'],
  tracepoints: [
    'subsystem: nothing, event: nothing, raw: true',
    'subsystem: nothing, event: nothing',
  ],
  uprobes: ['path: /nothing, symbols: [nothing]'],
  usdts: ['path: /nothing, provider: nothing, name: nothing'],
};

/** Operators that compare two arguments with one another. */
const PAIRED: readonly string[] = ['CapabilitiesGained'];

/** Types of which another parameter says how many there are. */
const COUNTED: readonly string[] = ['char_buf', 'char_iovec'];

/** Why the checker does not let the type through in any hook of the section. */
export function whyTypeRefused(section: Section, type: string): string | undefined {
  const found = HOOKS[section].map((hook) =>
    refusal(section, `${hook}, args: [${argument(type, 1)}]`, 'POLICY_ARGUMENT_TYPE'),
  );
  return found.includes(undefined) ? undefined : found[0];
}

/** Expressions over a number and over a text. */
const EXPRESSIONS: readonly string[] = ['arg0 == 1', "arg0 == '1'"];

/** Why the checker does not let the operator through for the type; values are another matter. */
export function whyOperatorRefused(type: string, operator: string): string | undefined {
  const ask = (what: string, code: string): string | undefined => {
    const args = `args: [${argument(type, 1)}, ${argument(type, 2)}]`;
    const match = `matchArgs: [{${what}, operator: ${operator}}]`;
    const hook = 'call: security_nothing, syscall: false';
    return refusal('kprobes', `${hook}, ${args}, selectors: [{${match}}]`, code);
  };
  if (operator !== 'CelExpr') {
    const what = PAIRED.includes(operator) ? 'args: [0, 1]' : 'index: 1, values: ["1"]';
    return ask(what, 'POLICY_OPERATOR_TYPE');
  }
  const found = EXPRESSIONS.map((expression) =>
    ask(`args: [0], values: ["${expression}"]`, 'POLICY_EXPRESSION_UNSUPPORTED'),
  );
  return found.includes(undefined) ? undefined : found[0];
}

function argument(type: string, index: number): string {
  const size = COUNTED.includes(type) ? ', sizeArgIndex: 4' : '';
  return `{index: ${index}, type: ${type}${size}}`;
}

function refusal(section: Section, entry: string, code: string): string | undefined {
  const text = `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: matrix}
spec: {${section}: [{${entry}}]}`;
  const { diagnostics, plans } = compilePolicies(text, 'matrix.yaml');
  const found = diagnostics.find((diagnostic) => diagnostic.code === code);
  if (found !== undefined && plans.length > 0) throw new Error(`${code} refuses nothing: ${text}`);
  return found && `${code}: ${found.message}`;
}

/** The words that the schema allows in a field of one of its definitions. */
export function readChoices(definition: string, field: string): readonly string[] {
  const found = ['$defs', definition, 'properties', field, 'enum'].reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    policySchema(),
  );
  if (!Array.isArray(found))
    throw new Error(`the schema has no choices for ${definition}.${field}`);
  return found.map(String);
}
