/** Reads `matchWorkloads`, and what is to be done about workloads that are not known yet. */
import type { PolicyScope } from '../../../model/scope.ts';
import type { MappingEntry } from '../../syntax/tree.ts';
import type { Located, Report } from '../report.ts';
import type { PolicySpec } from '../spec.ts';
import { readFields } from './fields.ts';
import type { UnknownWorkloadRule } from './options.ts';
import { readWorkloads, SCOPE } from './scope.ts';
import type { FieldSpec, Shape } from './shape.ts';

const { podSelector, containerSelector, hostSelector } = SCOPE;

const SHAPE: Shape = {
  name: 'matchWorkloads',
  fields: {
    podSelector: { ...podSelector, description: 'Labels of the pods that it holds for.' },
    containerSelector: {
      ...containerSelector,
      description: 'Containers of those pods that it holds for, by `name` and `repo`.',
    },
    hostSelector: { ...hostSelector, description: '`{}`: it holds outside of pods as well.' },
  },
  unsupported: [],
};

/** The field of a selector. */
export const MATCH_WORKLOADS: FieldSpec = {
  type: { kind: 'object', shape: SHAPE },
  description: 'Whom the selector is about: pods, containers, processes outside of pods.',
};

/** Undefined when it is not there, or says that everybody is meant. */
export function readWorkloadMatch(
  entry: MappingEntry | undefined,
  namespace: Located<string> | undefined,
  report: Report,
): PolicyScope | undefined {
  const fields = entry && readFields(entry.value, SHAPE, report);
  if (fields === undefined) return undefined;
  const scope = readWorkloads(fields, namespace, report);
  return Object.keys(scope).length === 0 ? undefined : scope;
}

/**
 * A policy that is not about some pods has nothing that could be unknown. Nor has one that is about
 * a whole namespace: it is never about a container whose namespace is not known.
 */
export function checkUnknownRule(
  rule: Located<UnknownWorkloadRule> | undefined,
  { scope, hooks }: Pick<PolicySpec, 'scope' | 'hooks'>,
  report: Report,
): void {
  const selectors = hooks.flatMap((hook) => hook.selectors);
  const scopes = [scope, ...selectors.map(({ matchWorkloads }) => matchWorkloads)];
  if (rule === undefined || scopes.some(isOfPods)) return;
  report.warning('POLICY_OPTION_IGNORED', rule.span, {
    message: 'the option `unknown-workload` changes nothing: the policy does not choose among pods',
  });
}

function isOfPods(scope: PolicyScope | undefined): boolean {
  const { pods, containers } = scope ?? {};
  return pods !== undefined || containers !== undefined;
}
