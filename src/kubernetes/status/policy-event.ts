/** The Kubernetes Event that says that a policy could not be put in force. */
import { createHash } from 'node:crypto';
import type {
  ClusterPolicyObject,
  ClusterPolicyStatus,
} from '../../model/cluster-policy-status.ts';
import { boundText, makeEntry } from './status-entry.ts';

/** The server allows 1,024 bytes. */
const NOTE_BYTES_MAX = 1024;
const NOTE_MAX = 1000;
const NAME_MAX = 200;
/** `regarding` of the cluster has no namespace, and events are in one all the same. */
const CLUSTER_NAMESPACE = 'default';

/** An event, and where it belongs. */
export interface PolicyEvent {
  readonly namespace: string;
  /** The same for one failure of one version of a policy, on whichever node. */
  readonly name: string;
  readonly body: object;
}

/** Undefined when nothing failed. */
export function makeEvent(
  status: ClusterPolicyStatus,
  node: string,
  nowMs: number,
): PolicyEvent | undefined {
  const { object, state } = status;
  const { error } = makeEntry(status, undefined, '');
  if (error === null) return undefined;
  const reason = state === 'load_error' ? 'LoadFailed' : 'UpdateRefused';
  const namespace = object.namespace || CLUSTER_NAMESPACE;
  const name = eventName(object, reason);
  const place = error.place === '' ? '' : `${error.place}: `;
  return {
    namespace,
    name,
    body: {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name, namespace },
      eventTime: toMicroTime(nowMs),
      type: 'Warning',
      reason,
      action: 'Load',
      note: makeNote(`${node}: ${place}${error.message} (${error.code})`),
      regarding: {
        apiVersion: 'cilium.io/v1alpha1',
        kind: object.kind,
        name: object.name,
        ...(object.namespace !== '' && { namespace: object.namespace }),
        uid: object.uid,
      },
      reportingController: 'warder.agent',
      reportingInstance: boundText(node, 128),
    },
  };
}

/** A character takes four bytes at most. */
function makeNote(text: string): string {
  const note = boundText(text, NOTE_MAX);
  return Buffer.byteLength(note) <= NOTE_BYTES_MAX ? note : boundText(text, NOTE_MAX / 4);
}

/**
 * Nodes fail alike, and the second to create an event of this name is told that it exists: one
 * event for a policy, not one for each node.
 */
function eventName({ name, uid, generation }: ClusterPolicyObject, reason: string): string {
  const hash = createHash('sha256').update(`${uid} ${generation} ${reason}`).digest('hex');
  return `${name.slice(0, NAME_MAX).replace(/[.-]+$/, '')}.${hash.slice(0, 16)}`;
}

function toMicroTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}
