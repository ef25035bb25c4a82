/** Alerts for tests. */
import type { Alert } from '../../src/model/alert.ts';

export function anAlert(changes: Partial<Alert> = {}): Alert {
  return {
    id: 'n1/life/4711/shell',
    fingerprint: '0123456789abcdef0123456789abcdef',
    state: 'firing',
    severity: 'high',
    cause: {
      ...{ kind: 'rule', id: 'shell', title: 'Shell in a pod', version: '1', runbook: '' },
      ...{ tags: ['attack.execution'], attack: ['T1059'] },
    },
    message: 'a shell was started',
    labels: { namespace: 'shop', workload: 'Deployment/web', binary: '/bin/sh' },
    count: 3,
    firstSeenMs: 1_800_000_000_000,
    lastSeenMs: 1_800_000_060_000,
    node: 'n1',
    cluster: 'c1',
    evidence: { finding: { id: 'x' } },
    ...changes,
  };
}
