/** Tells about the policies of a cluster, one kind at a time. */
import type {
  ClusterPolicy,
  ClusterPolicyKind,
  ClusterPolicyListener,
} from '../../model/cluster-policy.ts';
import { POLICY_API_VERSION, readPolicyObject } from '../objects/policy-object.ts';
import type { Reflection } from './reflector.ts';

const PLURALS: Readonly<Record<ClusterPolicyKind, string>> = {
  TracingPolicy: 'tracingpolicies',
  TracingPolicyNamespaced: 'tracingpoliciesnamespaced',
};

/** Every node writes to the status of every policy: only what changes the text is told. */
export function reflectPolicies(
  kind: ClusterPolicyKind,
  listener: ClusterPolicyListener,
): Reflection<ClusterPolicy> {
  const textByUid = new Map<string, string>();
  return {
    name: PLURALS[kind],
    collection: { path: `/apis/${POLICY_API_VERSION}/${PLURALS[kind]}` },
    parse: (object, identity) => readPolicyObject(kind, object, identity),
    replaceAll(policies) {
      textByUid.clear();
      for (const { uid, text } of policies) textByUid.set(uid, text);
      listener.replacePolicies(kind, policies);
    },
    set(policy) {
      if (textByUid.get(policy.uid) === policy.text) return;
      textByUid.set(policy.uid, policy.text);
      listener.setPolicy(policy);
    },
    remove({ uid, namespace, name }) {
      textByUid.delete(uid);
      const place = namespace === '' ? {} : { namespace };
      listener.removePolicy({ kind, ...place, name, uid });
    },
  };
}
