/** The policies whose cost is compared, all on one system call. */

/** A set of policies and the call that is made while they are in force. */
export interface Situation {
  readonly name: string;
  readonly policies: string;
  /** How the generator is told to make that many calls. */
  arguments(calls: number): readonly string[];
}

/** The system call that all of them are about. */
export const HOOK = 'sys_openat';

/** The hook of `sizedSecurity`. */
export const SECURITY_HOOK = 'task_prctl';

/** In force on a call that nothing makes: what it costs to find out that a call has no policy. */
export function otherCall(generator: string): Situation {
  const [policy = ''] = policiesOf(generator, { policies: 1, selectors: 1 });
  return situation('call without a policy', [policy.replace(HOOK, 'sys_acct')], 0);
}

/** Policies of one selector each, and a call that the last one of them is for. */
export function sizedSituation(binary: string, policies: number): Situation {
  const name = policies === 1 ? '1 policy' : `${policies} policies`;
  return situation(name, policiesOf(binary, { policies, selectors: 1 }), policies - 1);
}

/**
 * The same, with prefixes of `lengths` different lengths. How many of them are tried for a text
 * grows with the logarithm of that, so it is kept apart from the number of policies.
 */
export function variedSituation(binary: string, policies: number, lengths: number): Situation {
  const texts = policiesOf(binary, { policies, selectors: 1, lengths });
  return situation(`${policies} policies`, texts, policies - 1, lengths);
}

/** The same of a security hook, with an argument that has to lie in a range as well. */
export function securitySituation(binary: string, policies: number): Situation {
  const texts = Array.from(
    { length: policies },
    (_, policy) => `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: bench-${policy}}
spec:
  lsmhooks:
  - hook: ${SECURITY_HOOK}
    args: [{index: 0, type: int}, {index: 1, type: uint64}]
    selectors:
    - matchBinaries: [{operator: In, values: [${binary}]}]
      matchArgs:
      - {index: 0, operator: Equal, values: [${optionOf(policy)}]}
      - {index: 1, operator: InRange, values: ["${optionOf(policy)}:${optionOf(policy)}"]}
      matchActions: [{action: NoPost}]`,
  );
  const last = String(optionOf(policies - 1));
  return {
    name: policies === 1 ? '1 policy' : `${policies} policies`,
    policies: texts.join('\n---\n'),
    arguments: (calls) => [String(calls), last],
  };
}

/** Numbers far above those of options that there are. */
function optionOf(policy: number): number {
  return 1_000_000_000 + policy;
}

/** One selector of another binary, then more and more selectors and policies that are matched. */
export function allSituations(generator: string, other: string): readonly Situation[] {
  const sized = (policies: number, selectors: number): Situation => {
    const name = `${selectors * policies} selectors in ${policies} policies`;
    return situation(
      name,
      policiesOf(generator, { policies, selectors }),
      policies * selectors - 1,
    );
  };
  return [
    situation('1 selector, other binary', policiesOf(other, { policies: 1, selectors: 1 }), 0),
    { ...sized(1, 1), name: '1 selector, matched' },
    sized(256, 1),
    sized(256, 2),
  ];
}

/** The call is the one that the selector of that number is for. */
function situation(
  name: string,
  policies: readonly string[],
  selector: number,
  lengths = 1,
): Situation {
  return {
    name,
    policies: policies.join('\n---\n'),
    arguments: (calls) => [String(calls), '0', pathOf(selector, lengths), String(selector)],
  };
}

/** Relative, so that openat fails without a look at any file. */
function pathOf(selector: number, lengths: number): string {
  const name = String(selector).padStart(3, '0') + '-'.repeat(selector % lengths);
  return `bench/service-${name}/file`;
}

interface Size {
  readonly policies: number;
  /** Of every policy. */
  readonly selectors: number;
  /** Different ones of prefixes; 1 when left out. */
  readonly lengths?: number;
}

/** A match takes everything there is to do, but nothing is reported. */
function policiesOf(binary: string, { policies, selectors, lengths = 1 }: Size): readonly string[] {
  return Array.from({ length: policies }, (_, policy) => {
    const parts = Array.from({ length: selectors }, (_, index) =>
      selectorText(binary, policy * selectors + index, lengths),
    );
    return `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: bench-${policy}}
spec:
  kprobes:
  - call: ${HOOK}
    args: [{index: 1, type: string}, {index: 2, type: int}]
    selectors:
${parts.join('\n')}`;
  });
}

function selectorText(binary: string, number: number, lengths: number): string {
  const prefix = pathOf(number, lengths).replace('file', '');
  return `    - matchBinaries: [{operator: In, values: [${binary}]}]
      matchArgs:
      - {index: 1, operator: Prefix, values: [${prefix}]}
      - {index: 2, operator: Equal, values: [${number}]}
      matchActions: [{action: NoPost}]`;
}
