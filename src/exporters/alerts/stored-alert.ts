/** Alerts in the store, and from it. */
import type { StoredAlert } from '../store/additions.ts';
import type { OpenAlert } from './open-alert.ts';

export function toStored(open: OpenAlert): StoredAlert {
  const { alert, namespace, sentMs, sentCount, messages } = open;
  const body = JSON.stringify({ alert, namespace, sentMs, sentCount, messages });
  return { id: alert.id, fingerprint: alert.fingerprint, body };
}

/** Undefined for what is none, as another version may have written it. */
export function fromStored({ body }: StoredAlert): OpenAlert | undefined {
  try {
    const { alert, namespace, sentMs, sentCount, messages } = JSON.parse(body);
    const isWhole =
      [alert.id, alert.fingerprint, alert.state, namespace].every(isText) &&
      [alert.count, alert.firstSeenMs, alert.lastSeenMs, sentMs, sentCount].every(Number.isFinite);
    if (!isWhole || !Number.isInteger(messages)) return undefined;
    const told = { namespace, sentMs, sentCount, messages };
    return { alert, line: undefined, ...told, keptCount: alert.count };
  } catch {
    return undefined;
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}
