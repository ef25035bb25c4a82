/** Tells clients which resources there are, as kubectl asks before anything else. */
import type { ObjectStore } from './object-store.ts';
import { apiVersionOf, RESOURCES, type ResourceKind } from './resources.ts';
import { type Json, jsonOf, valueAt } from './stored-object.ts';

const VERBS = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];
const VERSION = { major: '1', minor: '32', gitVersion: 'v1.32.0', platform: 'linux/amd64' };

/** The smallest document of OpenAPI 2 in protobuf: its version, a title, no paths. */
const OPENAPI_V2 = Buffer.from('\x0a\x032.0\x12\x0c\x0a\x04test\x12\x04v1.0\x42\x00', 'latin1');

/** Undefined for a path that is not about discovery. */
export function discover(path: string, store: ObjectStore): Json | Buffer | undefined {
  if (path === '/version') return VERSION;
  if (path === '/openapi/v2') return OPENAPI_V2;
  if (path === '/openapi/v3') return { paths: {} };
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] };
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: listGroups() };
  const groupVersion = /^\/apis?\/(.+)$/.exec(path)?.[1];
  const resources = RESOURCES.filter((resource) => apiVersionOf(resource) === groupVersion);
  if (resources.length === 0) return undefined;
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion,
    resources: resources.flatMap((resource) => describe(resource, store)),
  };
}

function listGroups(): readonly Json[] {
  const groups = new Map(RESOURCES.map((resource) => [resource.group, resource]));
  groups.delete('');
  return [...groups.values()].map((resource) => {
    const { group: name, version } = resource;
    const preferredVersion = { groupVersion: apiVersionOf(resource), version };
    return { name, versions: [preferredVersion], preferredVersion };
  });
}

function describe(resource: ResourceKind, store: ObjectStore): readonly Json[] {
  const { plural, singular, kind, isNamespaced, isCustom } = resource;
  const names = jsonOf(valueAt(store.definitionOf(resource), 'spec.names'));
  const { shortNames = resource.shortNames, categories = [] } = names;
  const entry = { name: plural, singularName: singular, namespaced: isNamespaced, kind };
  const status = { ...entry, name: `${plural}/status`, singularName: '' };
  const main = { ...entry, shortNames, categories, verbs: VERBS };
  return isCustom ? [main, { ...status, verbs: ['get', 'patch', 'update'] }] : [main];
}
