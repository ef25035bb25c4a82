/** Reads one line of a watch. */
import { fieldsOf, identityOf, type ObjectIdentity, textOf } from '../api/fields.ts';
import { refusalOfStatus } from '../api/refusal.ts';
import { KubernetesError } from '../errors.ts';

export type WatchEvent =
  | { readonly kind: 'set'; readonly object: unknown; readonly identity: ObjectIdentity }
  | { readonly kind: 'removed'; readonly identity: ObjectIdentity }
  /** Nothing changed up to here. */
  | { readonly kind: 'bookmark'; readonly version: string };

/** Throws a KubernetesError for an ERROR event, and for what is no event. */
export function readWatchEvent(line: unknown): WatchEvent {
  const { type, object } = fieldsOf(line);
  if (type === 'ERROR') throw refusalOfStatus(object);
  if (type === 'BOOKMARK') {
    const version = textOf(fieldsOf(fieldsOf(object)['metadata'])['resourceVersion']);
    if (version !== '') return { kind: 'bookmark', version };
    throw new KubernetesError('K8S_ANSWER_INVALID', 'a bookmark without a version');
  }
  const identity = identityOf(object);
  if (identity === undefined) {
    throw new KubernetesError('K8S_ANSWER_INVALID', 'a watch event without an object');
  }
  if (type === 'ADDED' || type === 'MODIFIED') return { kind: 'set', object, identity };
  if (type === 'DELETED') return { kind: 'removed', identity };
  throw new KubernetesError('K8S_ANSWER_INVALID', 'a watch event of an unknown type');
}
