/** Detectors in their thread: what becomes of events. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aDetectionEvent } from '../../../support/detection-events.ts';
import { aHost, detectorText, execs, writeDetectors } from '../../../support/detector-files.ts';

const EMITS = detectorText('emit();');

describe('a host of detectors', () => {
  it('makes findings of what they report', async (t) => {
    const text = detectorText(
      `if (event.value('process.pid') !== 7) return;
       emit({ message: 'seven', fields: { a: 1 }, count: 2 });`,
    );
    const { host, findings } = aHost(t, writeDetectors(t, { seven: text }));
    const { detectors, problems } = await host.start();
    const events = execs(6, 7);
    host.detect(events);
    await host.drain();
    const [finding] = findings;

    assert.deepStrictEqual(problems, []);
    assert.equal(findings.length, 1);
    assert.ok(finding !== undefined);
    const { rule, ...rest } = finding;
    assert.deepStrictEqual(rest, {
      id: 'node-1/boot/2/seven',
      message: 'seven',
      timeNs: 2_000_000_000n,
      matched: [
        { written: 'process.pid', field: 'process.pid', value: '7' },
        { written: 'process.exe.path', field: 'process.exe.path', value: '/usr/bin/whoami' },
      ],
      fields: { a: '1' },
      evidence: [events[1]],
      count: 2,
    });
    assert.match(rule.version, /^1\+[0-9a-f]{16}$/);
    assert.deepStrictEqual(rule, {
      ...{ id: 'seven', title: 'A detector', level: 'medium', status: 'stable', tags: [] },
      ...{ language: 'typescript', version: rule.version, runbook: 'Look.' },
      attack: [{ id: 'T1059', kind: 'technique' }],
    });
    assert.deepStrictEqual(
      detectors.map(({ id }) => id),
      ['seven'],
    );
    assert.deepStrictEqual(Object.fromEntries(host.counts()), {
      seven: {
        ...{ events: 2, findings: 1, suppressed: 0, errors: 0, overruns: 0, skipped: 0 },
        ...{ evicted: 0, dropped: 0, state: { kind: 'running' } },
      },
    });
  });

  it('runs JavaScript, too, with modules of both kinds and files that they share', async (t) => {
    const files = writeDetectors(t, {
      'shared.ts': 'export const message: string = "shared";',
      'module.mjs': `import { message } from './shared.ts';
        import { defineDetector } from 'warder/detector';
        export default defineDetector({ id: 'module', title: 'a', level: 'low', description: 'a',
          attack: [], falsePositives: [], runbook: 'a', version: '1', inputs: ['process.exec'],
          fields: [], detect(event, state, emit) { emit({ message }); } });`,
      'older.js': `module.exports = { id: 'older', title: 'a', level: 'low', description: 'a',
          attack: [], falsePositives: [], runbook: 'a', version: '1', inputs: ['process.exec'],
          fields: [], detect(event, state, emit) { emit({ message: 'older' }); } };`,
    });
    const { host, findings } = aHost(t, files.slice(1));
    const { problems } = await host.start();
    host.detect(execs(1));
    await host.drain();

    assert.deepStrictEqual(problems, []);
    assert.deepStrictEqual(
      findings.map(({ message }) => message),
      ['shared', 'older'],
    );
  });

  it('has nothing to wait for when no detector asks for the class', async (t) => {
    const { host } = aHost(t, writeDetectors(t, { one: EMITS }));
    await host.start();
    host.detect([aDetectionEvent({ class: 'file.open' })]);
    await host.drain();

    assert.equal(host.counts().get('one')?.events, 0);
    host.detect(execs(1));
    await host.drain();
    assert.equal(host.counts().get('one')?.events, 1);
  });

  it('leaves out what finds the queue full, and counts it', async (t) => {
    const files = writeDetectors(t, { one: EMITS });
    const { host } = aHost(t, files, { limits: { queueEvents: 10 } });
    await host.start();
    host.detect(execs(...Array(25).fill(1)));
    await host.drain();
    host.detect(execs(1));
    await host.drain();
    const { events, dropped } = host.counts().get('one') ?? {};

    assert.deepStrictEqual([events, dropped], [11, 15]);
  });

  it('lets no detector report more than a detector may', async (t) => {
    const files = writeDetectors(t, { one: EMITS });
    const { host, findings } = aHost(t, files, {
      limits: { findingsPerSecond: 0.5 },
    });
    await host.start();
    const event = aDetectionEvent();
    const workload = { kind: 'service', name: 'ssh.service' } as const;
    host.detect([...Array(5000).fill(event), aDetectionEvent({ workload })]);
    await host.drain();
    const { events, suppressed } = host.counts().get('one') ?? {};

    assert.deepStrictEqual([findings.length, events, suppressed], [6, 5001, 4995]);
    assert.equal(findings.at(-1)?.suppressed, 4995);
  });

  it('has detectors that print nothing and know nothing of the environment', async (t) => {
    const text = detectorText(
      `console.log('x'.repeat(1000)); console.error('x'.repeat(1000));
       emit({ message: JSON.stringify([process.env, process.argv.length]) });`,
    );
    const { host, findings } = aHost(t, writeDetectors(t, { one: text }));
    await host.start();
    host.detect(execs(1));
    await host.drain();

    assert.equal(findings[0]?.message, '[{},2]');
  });

  it('ends when it is closed, also with events that were not looked at', async (t) => {
    const files = writeDetectors(t, { one: detectorText('for (;;) {}') });
    const { host } = aHost(t, files);
    await host.start();
    host.detect(execs(1));
    const drained = host.drain();
    host.close();
    await drained;
    host.detect(execs(1));
    await host.drain();

    assert.equal(host.counts().get('one')?.events, 0);
  });
});
