/** Pods in events, whatever is written on them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodePod } from '../../../../src/exporters/formats/tetragon-json/encode-pod.ts';
import type { ContainerWorkload } from '../../../../src/model/workload.ts';
import { samplePod } from '../../engine/identity/sample-pods.ts';

function workloadWith(labels: Readonly<Record<string, string>>): ContainerWorkload {
  return {
    ...{ kind: 'container', containerId: 'a'.repeat(64), runtime: '', podUid: '' },
    ...{ isSandbox: false, pod: samplePod({ labels }) },
  };
}

describe('encodePod', () => {
  it('shows no more labels than an event has room for', () => {
    const many = Array.from({ length: 20_000 }, (_, at) => [`l${at}`, 'x'.repeat(63)]);
    const labels: Readonly<Record<string, string>> = { app: 'web', ...Object.fromEntries(many) };

    const shown = encodePod(workloadWith(labels), false)?.pod_labels ?? {};

    assert.equal(shown['app'], 'web');
    assert.ok(JSON.stringify(shown).length < 20_000);
    assert.ok(Object.entries(shown).every(([key, value]) => labels[key] === value));
  });

  it('shows all of some', () => {
    const labels = { app: 'web', tier: 'front' };

    assert.deepStrictEqual(encodePod(workloadWith(labels), false)?.pod_labels, labels);
  });
});
