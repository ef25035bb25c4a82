/** The kinds that the server of the tests has, and how clients find them. */

export interface ServedKind {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly isNamespaced: boolean;
}

const CORE = { group: '', version: 'v1' } as const;
const POLICIES = { group: 'cilium.io', version: 'v1alpha1' } as const;

export const SERVED: readonly ServedKind[] = [
  { ...CORE, plural: 'pods', kind: 'Pod', isNamespaced: true },
  { ...CORE, plural: 'nodes', kind: 'Node', isNamespaced: false },
  { ...CORE, plural: 'namespaces', kind: 'Namespace', isNamespaced: false },
  { ...POLICIES, plural: 'tracingpolicies', kind: 'TracingPolicy', isNamespaced: false },
  {
    ...{ ...POLICIES, plural: 'tracingpoliciesnamespaced' },
    ...{ kind: 'TracingPolicyNamespaced', isNamespaced: true },
  },
  { group: 'events.k8s.io', version: 'v1', plural: 'events', kind: 'Event', isNamespaced: true },
];

const VERBS = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];

/** `v1`, `cilium.io/v1alpha1`. */
export function apiVersionOf({ group, version }: ServedKind): string {
  return group === '' ? version : `${group}/${version}`;
}

/** What a client is told who asks what there is; undefined when the path is of an object. */
export function discover(path: string): unknown {
  const groups = [...new Set(SERVED.map(({ group }) => group))].filter((group) => group !== '');
  if (path === '/version') return { major: '1', minor: '30', gitVersion: 'v1.30.0' };
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] };
  if (path === '/apis') {
    return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(describeGroup) };
  }
  const group = groups.find((name) => path === `/apis/${name}`);
  if (group !== undefined) return describeGroup(group);
  const kinds = SERVED.filter((kind) => path === rootOf(kind));
  const [first] = kinds;
  if (first === undefined) return undefined;
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: apiVersionOf(first),
    resources: kinds.map(({ plural, kind, isNamespaced }) => ({
      ...{ name: plural, singularName: kind.toLowerCase(), namespaced: isNamespaced, kind },
      verbs: VERBS,
    })),
  };
}

/** `/api/v1`, `/apis/cilium.io/v1alpha1`. */
export function rootOf(kind: ServedKind): string {
  return `${kind.group === '' ? '/api' : '/apis'}/${apiVersionOf(kind)}`;
}

function describeGroup(name: string): object {
  const version = SERVED.find(({ group }) => group === name)?.version ?? '';
  const preferredVersion = { groupVersion: `${name}/${version}`, version };
  return {
    kind: 'APIGroup',
    apiVersion: 'v1',
    name,
    versions: [preferredVersion],
    preferredVersion,
  };
}
