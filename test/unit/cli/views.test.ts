/** What is shown to people: banner, status, policies, capabilities. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createPaint } from '../../../src/cli/style.ts';
import { renderBanner } from '../../../src/cli/view/banner.ts';
import {
  renderPolicies,
  type ShownPolicy,
  summarisePolicies,
} from '../../../src/cli/view/policies.ts';
import { renderStats, summariseStats } from '../../../src/cli/view/stats.ts';
import type { HookActivity } from '../../../src/model/policy.ts';
import type { DetectionStats } from '../../../src/model/stats.ts';
import { KERNEL, POLICIES, STATS } from '../server/fake-agent.ts';
import { assertGolden } from './golden.ts';

const plain = createPaint(false);
const NOW = new Date('2026-01-02T05:06:07.000Z');
const FACTS = {
  version: '1.2.3',
  kernel: KERNEL,
  policies: POLICIES,
  hooks: STATS.hooks,
  address: '/run/warder/warder.sock',
};

describe('banner', () => {
  it('is as recorded', () => {
    const banner = renderBanner(FACTS, plain, 80);

    assertGolden('test/unit/cli/golden/banner.txt', `${banner.join('\n')}\n`);
  });

  it('is the same text in colours', () => {
    const coloured = renderBanner(FACTS, createPaint(true), 80).join('\n');

    const ansi = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
    assert.match(coloured, ansi);
    assert.equal(coloured.replace(ansi, ''), renderBanner(FACTS, plain, 80).join('\n'));
  });

  it('names missing privileges, and says so when there is nothing to enforce', () => {
    const kernel = { ...KERNEL, missingPrivileges: ['CAP_BPF', 'CAP_PERFMON'] };
    const banner = renderBanner({ ...FACTS, kernel, policies: [], hooks: [] }, plain, 80);

    assert.deepStrictEqual(banner.slice(5), [
      '  missing privileges: CAP_BPF, CAP_PERFMON',
      'sensors',
      '  process  exec, fork, exit',
      'policies: none',
      'api: /run/warder/warder.sock',
      'armed',
    ]);
  });
});

const DETECTIONS: DetectionStats = {
  responses: { enforced: 0, notEnforced: 0, dryRuns: 0, repeated: 0, pending: 0 },
  reloads: { loadedAt: '2026-01-02T03:04:06.000Z', taken: 0, refused: 0 },
  ...{ rules: 0, events: 0, findings: 0, suppressed: [], sources: [] },
  correlations: {
    ...{ groups: 0, evicted: 0, dropped: 0, ungrouped: 0, late: 0 },
    ...{ restored: 0, discarded: 0, unsaved: 0 },
  },
  ...{ detectors: [], unloaded: [] },
};

describe('status', () => {
  it('is as recorded', () => {
    const lines = renderStats({ version: '1.2.3', stats: STATS, now: NOW }, plain);

    assertGolden('test/unit/cli/golden/status.txt', `${lines.join('\n')}\n`);
  });

  it('says what rules looked at, and which sources are missing', () => {
    const file = { source: 'file_open', way: 'lsm', reason: '' };
    const names = { source: 'dns', way: 'none', reason: 'no cgroup2' };
    const responses = { enforced: 2, notEnforced: 1, dryRuns: 0, repeated: 4, pending: 0 };
    const counts = { ...DETECTIONS, rules: 12, events: 3456, findings: 7, responses };
    const render = (sources: readonly (typeof file)[]): readonly string[] => {
      const stats = { ...STATS, detections: { ...counts, sources } };
      return renderStats({ version: '1.2.3', stats, now: NOW }, plain);
    };

    const whole = render([file]);
    const missing = render([file, names]);

    const at = whole.indexOf('detections');
    const rows = [
      ...['  rules         12', '  rules loaded  2026-01-02T03:04:06.000Z'],
      ...['  events        3,456', '  findings      7'],
      '  responses     2 enforced, 1 not, 0 dry runs, 4 repeated, 0 pending',
    ];
    assert.deepStrictEqual(whole.slice(at + 1, at + 6), rows);
    const said = ['sources without events', '  dns  no cgroup2'];
    assert.deepStrictEqual(missing, whole.toSpliced(at + 6, 0, ...said));
  });

  it('says which detectors are switched off and which rules had too many findings', () => {
    const good = {
      ...{ id: 'good', state: 'running' as const, reason: '', events: 5, findings: 1 },
      ...{ suppressed: 0, errors: 0, skipped: 0, dropped: 0, evicted: 0 },
    };
    const bad = { ...good, id: 'bad', state: 'disabled' as const, reason: 'RULE_CODE: it loops' };
    const render = (changes: Partial<DetectionStats>): readonly string[] => {
      const stats = { ...STATS, detections: { ...DETECTIONS, ...changes } };
      return renderStats({ version: '1.2.3', stats, now: NOW }, plain);
    };

    const quiet = render({ detectors: [good] });
    const whole = render({
      detectors: [good, bad, { ...good, id: 'loud', suppressed: 7 }],
      unloaded: [{ file: 'c.ts', reason: 'RULE_CODE: no types' }],
      suppressed: [{ rule: 'a-rule', count: 1234 }],
    });

    const added = whole.filter((line) => !quiet.includes(line));
    assert.deepStrictEqual(added, [
      '  detectors     3',
      'findings suppressed',
      '  a-rule  1,234',
      '  loud    7',
      'detectors switched off',
      '  bad   RULE_CODE: it loops',
      '  c.ts  RULE_CODE: no types',
    ]);
  });

  it('says why rules are not those of the files, until they are', () => {
    const render = (changes: Partial<DetectionStats['reloads']>): readonly string[] => {
      const reloads = { ...DETECTIONS.reloads, ...changes };
      const stats = { ...STATS, detections: { ...DETECTIONS, reloads } };
      return renderStats({ version: '1.2.3', stats, now: NOW }, plain);
    };
    const lastRefused = { at: '2026-01-02T04:00:00.000Z', reason: 'a.yaml:1:1: it is \x1b[1mbad' };

    const good = render({ taken: 1, refused: 1 });
    const bad = render({ refused: 1, lastRefused });

    assert.deepStrictEqual(
      bad.filter((line) => !good.includes(line)),
      ['rules read again and refused', '  2026-01-02T04:00:00.000Z  a.yaml:1:1: it is \\x1b[1mbad'],
    );
  });

  it('leaves out what did not happen', () => {
    const quiet = { ...STATS, rejected: {}, lost: [], hooks: [], counters: {} };

    const lines = renderStats({ version: '1.2.3', stats: quiet, now: NOW }, plain);

    const heads = lines.filter((line) => !line.startsWith(' '));
    assert.deepStrictEqual(heads.slice(1), [
      'records',
      'hooks: none',
      'processes',
      'memory: 90.0 MiB',
    ]);
  });

  const times: readonly (readonly [string, string])[] = [
    ['2026-01-02T05:06:07.900Z', '0s'],
    ['2026-01-02T05:05:00.000Z', '1m 7s'],
    ['2026-01-02T03:06:07.000Z', '2h 0m'],
    ['2025-12-30T01:06:07.000Z', '3d 4h'],
    ['nonsense', 'unknown time'],
  ];
  for (const [startedAt, shown] of times) {
    it(`calls the time since ${startedAt} ${shown}`, () => {
      assert.ok(
        summariseStats({ ...STATS, startedAt }, NOW).startsWith(`stopped after ${shown}, `),
      );
    });
  }

  it('is one line at the end of a run', () => {
    assert.equal(
      summariseStats(STATS, NOW),
      'stopped after 2h 2m, 1200 records received, 1198 decoded, 2 rejected, ' +
        '1190 events published, 7 lost',
    );
  });
});

describe('policies', () => {
  it('are counted by state', () => {
    assert.equal(summarisePolicies(POLICIES), '1 enabled, 1 not in force');
    assert.equal(summarisePolicies([]), 'none');
  });

  it('say of each hook whether it ran, and whether the policy fired there', () => {
    const hooks = ['idle', 'tried', 'silent', 'once', 'missed', 'seen'];
    const activityOf = (hook: string, runs: number, fired: number): HookActivity => ({
      canary: hook === 'tried' ? 'ran' : hook === 'silent' ? 'silent' : 'untried',
      ...{ hook, runs, fired, lastFired: fired === 0 ? '' : '2026-01-02T03:04:05Z' },
      ...{ actions: {}, selectors: [] },
    });
    const policy: ShownPolicy = {
      ...{ name: 'p', file: 'p.yaml', state: 'enabled', mode: 'enforce' },
      hooks: hooks.map((hook) => ({ kind: 'attached', hook, method: 'kprobe' })),
      activity: [
        activityOf('idle', 0, 0),
        activityOf('tried', 0, 0),
        activityOf('silent', 0, 0),
        activityOf('once', 1, 0),
        activityOf('missed', 7, 0),
        activityOf('seen', 9, 2),
      ],
    };

    const [, ...lines] = renderPolicies([policy], plain, 80);

    assert.deepStrictEqual(lines, [
      '    idle    kprobe  never ran, so it never fired',
      '    tried   kprobe  ran when it was tried; never fired',
      '    silent  kprobe  did not run when it was tried, and never since',
      '    once    kprobe  never fired in 1 run',
      '    missed  kprobe  never fired in 7 runs',
      '    seen    kprobe  fired 2 times, last at 2026-01-02T03:04:05Z',
    ]);
  });

  it('say that a program has none of the digests', () => {
    const policy: ShownPolicy = {
      ...{ name: 'p', file: 'p.yaml', state: 'partially_enabled', mode: 'monitor_only' },
      hooks: [{ kind: 'digest_rejected', hook: 'uprobe/bin/p:main' }],
    };

    const [, ...lines] = renderPolicies([policy], plain, 80);

    assert.deepStrictEqual(lines, ['    uprobe/bin/p:main  the program has none of the digests']);
  });

  it('cannot reach the terminal with their names', () => {
    const lines = renderPolicies(
      [
        {
          name: 'a\u001b[2J',
          file: 'b\nc',
          state: 'load_error',
          mode: 'enforce',
          hooks: [{ kind: 'failed', hook: 'd\u009b', code: 'E\u0007', reason: 'f\u202e' }],
        },
      ],
      plain,
      80,
    );

    assert.deepStrictEqual(lines, [
      '  a\\x1b[2J  not in force  b\\nc',
      '    d\\x9b  not attached [E\\x07]',
      '        f\\u202e',
    ]);
  });
});
