/** The kinds of objects that the test's API server keeps. */

export interface ResourceKind {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly isNamespaced: boolean;
  readonly shortNames: readonly string[];
  /** Its status is written at a path of its own only, and its spec is counted in versions. */
  readonly isCustom: boolean;
}

function core(kind: string, shortName: string, isNamespaced: boolean): ResourceKind {
  const singular = kind.toLowerCase();
  const names = { group: '', version: 'v1', plural: `${singular}s`, singular, kind };
  return { ...names, isNamespaced, shortNames: [shortName], isCustom: false };
}

function policy(kind: string, plural: string, isNamespaced: boolean): ResourceKind {
  const singular = kind.toLowerCase();
  const names = { group: 'cilium.io', version: 'v1alpha1', plural, singular, kind };
  return { ...names, isNamespaced, shortNames: [], isCustom: true };
}

export const DEFINITIONS: ResourceKind = {
  ...core('CustomResourceDefinition', 'crd', false),
  group: 'apiextensions.k8s.io',
  isCustom: true,
};

export const RESOURCES: readonly ResourceKind[] = [
  core('Namespace', 'ns', false),
  core('Node', 'no', false),
  core('Pod', 'po', true),
  core('Event', 'ev', true),
  { ...core('Event', 'ev', true), group: 'events.k8s.io' },
  DEFINITIONS,
  policy('TracingPolicy', 'tracingpolicies', false),
  policy('TracingPolicyNamespaced', 'tracingpoliciesnamespaced', true),
];

/** `v1`, `cilium.io/v1alpha1`. */
export function apiVersionOf({ group, version }: ResourceKind): string {
  return group === '' ? version : `${group}/${version}`;
}

/** What a path below `/api` or `/apis` names. */
export interface ResourcePath {
  readonly resource: ResourceKind;
  /** Empty for all namespaces, and for what is in none. */
  readonly namespace: string;
  /** Empty for the collection. */
  readonly name: string;
  readonly subresource: string;
}

/** Undefined for a path that names nothing. */
export function parseResourcePath(path: string): ResourcePath | undefined {
  const parts = path.split('/').slice(1).map(decodeURIComponent);
  const head = parts.shift();
  const group = head === 'apis' ? parts.shift() : '';
  const version = parts.shift();
  // `/namespaces/x` is the object, `/namespaces/x/pods` a collection in it.
  const isInNamespace = parts[0] === 'namespaces' && parts.length > 2 && parts[2] !== 'status';
  const namespace = isInNamespace ? (parts[1] ?? '') : '';
  const [plural, name = '', subresource = '', ...rest] = isInNamespace ? parts.slice(2) : parts;
  const resource = RESOURCES.find(
    (kind) => kind.group === group && kind.version === version && kind.plural === plural,
  );
  if (resource === undefined || rest.length > 0) return undefined;
  if (subresource !== '' && subresource !== 'status') return undefined;
  if (resource.isNamespaced !== isInNamespace && (name !== '' || isInNamespace)) return undefined;
  return { resource, namespace, name, subresource };
}
