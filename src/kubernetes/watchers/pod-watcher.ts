/** Tells about the pods of one node. */
import type { Pod, PodListener } from '../../model/pod.ts';
import { readPod } from '../objects/pod-object.ts';
import type { Reflection } from './reflector.ts';

export function reflectPods(nodeName: string, listener: PodListener): Reflection<Pod> {
  return {
    name: 'pods',
    collection: { path: '/api/v1/pods', fieldSelector: `spec.nodeName=${nodeName}` },
    parse: readPod,
    replaceAll: (pods) => listener.replacePods(pods),
    set: (pod) => listener.setPod(pod),
    remove: ({ uid }) => listener.removePod(uid),
  };
}
