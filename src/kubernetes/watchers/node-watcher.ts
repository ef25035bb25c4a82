/** Tells about the labels of one node. */
import type { NodeListener } from '../../model/cluster-policy.ts';
import { fieldsOf, textsOf } from '../api/fields.ts';
import type { Reflection } from './reflector.ts';

type Labels = Readonly<Record<string, string>>;

/**
 * A node whose object was deleted keeps its labels: it is there, as the agent runs on it, and the
 * kubelet registers it again. Kubelets write to the object all the time, which is no news.
 */
export function reflectNode(nodeName: string, listener: NodeListener): Reflection<Labels> {
  let told: string | undefined;
  const set = (labels: Labels): void => {
    const text = JSON.stringify(Object.entries(labels).sort());
    if (text === told) return;
    told = text;
    listener.setNodeLabels(labels);
  };
  return {
    name: 'node',
    collection: { path: '/api/v1/nodes', fieldSelector: `metadata.name=${nodeName}` },
    parse: (object) => textsOf(fieldsOf(fieldsOf(object)['metadata'])['labels']),
    replaceAll: (items) => items.forEach(set),
    set,
    remove: () => undefined,
  };
}
