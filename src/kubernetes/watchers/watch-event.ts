/** Reads one line of a watch. */
import { fieldsOf, textOf } from '../api/fields.ts';
import { refusalOfStatus } from '../api/refusal.ts';
import { KubernetesError } from '../errors.ts';

export type WatchEvent =
  | { readonly kind: 'set'; readonly object: unknown; readonly version: string }
  | { readonly kind: 'removed'; readonly object: unknown; readonly version: string }
  /** Nothing changed up to here. */
  | { readonly kind: 'bookmark'; readonly version: string };

/** Throws a KubernetesError for an ERROR event, and for what is no event. */
export function readWatchEvent(line: unknown): WatchEvent {
  const event = fieldsOf(line);
  const type = textOf(event['type']);
  const { object } = event;
  if (type === 'ERROR') throw refusalOfStatus(object);
  const version = textOf(fieldsOf(fieldsOf(object)['metadata'])['resourceVersion']);
  if (version === '') {
    throw new KubernetesError('K8S_ANSWER_INVALID', 'a watch event without a version');
  }
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
      return { kind: 'set', object, version };
    case 'DELETED':
      return { kind: 'removed', object, version };
    case 'BOOKMARK':
      return { kind: 'bookmark', version };
    default:
      throw new KubernetesError('K8S_ANSWER_INVALID', 'a watch event of an unknown type');
  }
}
