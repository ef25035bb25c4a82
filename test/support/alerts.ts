/** Alerts for tests, as messages. */
import type { Alert } from '../../src/model/alert.ts';
import type { OutboundMessage } from '../../src/model/delivery.ts';
import { aMessage } from './messages.ts';

export function anAlert(changes: Partial<Alert> = {}): Alert {
  return {
    ...{ id: 'node-1/boot-1/7/r.shell', fingerprint: 'f00d', state: 'firing', severity: 'high' },
    cause: {
      ...{ kind: 'rule', id: 'r.shell', title: 'Shell in a container', version: '1' },
      ...{ tags: [], attack: ['T1059.004'], runbook: 'https://runbooks.example.org/shell' },
    },
    message: 'bash started by nginx',
    labels: { namespace: 'shop', pod: 'cart-7', binary: '/bin/bash' },
    ...{ count: 3, firstSeenMs: 1_800_000_000_000, lastSeenMs: 1_800_000_060_000 },
    ...{ node: 'node-1', cluster: 'prod', evidence: {} },
    ...changes,
  };
}

export function alertMessage(changes: Partial<Alert> = {}): OutboundMessage {
  const alert = anAlert(changes);
  const { severity, node } = alert;
  return aMessage(7, {
    ...{ kind: 'alert', severity, node, rule: alert.cause.id, namespace: 'shop' },
    body: JSON.stringify(alert),
  });
}
