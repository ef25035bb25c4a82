/** Metrics say what the agent counted, in text that every scraper reads. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createMetricsPage, type MetricFacts } from '../../../src/metrics/index.ts';
import { METRICS } from '../../../src/metrics/table.ts';
import { TETRAGON_METRICS } from '../../../src/metrics/tetragon-metrics.ts';
import type { HookCount, LossCount } from '../../../src/model/stats.ts';
import { FULL_FACTS, PLAIN_FACTS } from '../../support/metric-facts.ts';
import { type ReadMetric, type ReadSeries, readMetrics } from '../../support/metrics-text.ts';
import { assertGolden } from '../cli/golden.ts';

async function textOf(facts: MetricFacts, hasTetragonNames = false): Promise<string> {
  return (await createMetricsPage({ readFacts: () => facts, hasTetragonNames }).render()).text;
}

async function read(facts: MetricFacts, hasTetragonNames = false): Promise<readonly ReadMetric[]> {
  return readMetrics(await textOf(facts, hasTetragonNames));
}

async function seriesOf(name: string, facts: MetricFacts): Promise<readonly ReadSeries[]> {
  const metrics = await read(facts, true);
  return metrics.find((metric) => metric.name === name)?.series ?? [];
}

function withStats(changes: Partial<MetricFacts['stats']>): MetricFacts {
  return { ...FULL_FACTS, stats: { ...FULL_FACTS.stats, ...changes } };
}

describe('text', () => {
  it('is as recorded, under our names', async () => {
    assertGolden('test/unit/metrics/golden/metrics.txt', await textOf(FULL_FACTS));
  });

  it('is as recorded, under the names of Tetragon', async () => {
    const text = await textOf(FULL_FACTS, true);

    const from = text.indexOf('# HELP tetragon_');
    assertGolden('test/unit/metrics/golden/tetragon-metrics.txt', text.slice(from));
  });

  it('has every metric of the tables, once, with its type and its labels', async () => {
    const found = await read(FULL_FACTS, true);

    const expected = [...METRICS, ...TETRAGON_METRICS].map(({ name, type }) => [name, type]);
    assert.deepStrictEqual(
      found.slice(1).map(({ name, type }) => [name, type]),
      expected,
    );
    for (const { name, labels } of [...METRICS, ...TETRAGON_METRICS]) {
      const { series = [] } = found.find((metric) => metric.name === name) ?? {};
      assert.ok(series.length > 0 || name === 'warder_policy_outdated', `${name} has no row`);
      for (const one of series) assert.deepStrictEqual(Object.keys(one.labels), labels, name);
    }
  });

  it('has no name of Tetragon unless it is asked for', async () => {
    assert.doesNotMatch(await textOf(FULL_FACTS), /tetragon/i);
  });

  it('has no row of what the agent does not have', async () => {
    const found = await read(PLAIN_FACTS);

    const rows = found.filter(({ name }) => /^warder_(rule|sink|spool|alert|find)/.test(name));
    assert.ok(rows.length > 10);
    assert.deepStrictEqual(
      rows.filter(({ series }) => series.length > 0),
      [],
    );
  });
});

describe('tables', () => {
  const all = [...METRICS, ...TETRAGON_METRICS];

  it('name counters and units as Prometheus asks for', () => {
    const wrong = all.filter(({ name, type }) => (type === 'counter') !== name.endsWith('_total'));

    assert.deepStrictEqual(wrong, []);
  });

  it('have each name once, and a sentence about it', () => {
    const names = all.map(({ name }) => name);

    assert.deepStrictEqual([...new Set(names)], names);
    for (const { name, help } of all) assert.match(help, /^[A-Z].*[.;1]$/s, name);
  });
});

describe('labels', () => {
  const hostile = 'a"b\\c\nd="e",f} 1\nwarder_rules 99';

  it('are escaped, whatever they are made of', async () => {
    const detections = FULL_FACTS.stats.detections;
    assert.ok(detections);
    const suppressed = [{ rule: hostile, count: 5 }];
    const facts = withStats({ detections: { ...detections, suppressed } });

    const rows = await seriesOf('warder_findings_suppressed_total', facts);
    const rules = await seriesOf('warder_rules', facts);

    assert.deepStrictEqual(rows, [{ labels: { rule: hostile }, value: 5 }]);
    assert.deepStrictEqual(rules, [{ labels: {}, value: 14 }]);
  });

  it('are cut when they are long, and are text in UTF-8', async () => {
    const rows = await seriesOf(
      'warder_events_total',
      withStats({ events: { ['x\ud800'.repeat(200)]: 1 } }),
    );

    const label = rows[0]?.labels['kind'] ?? '';
    assert.deepStrictEqual([label.length, label.slice(0, 2), label.at(-1)], [257, 'x\ufffd', '…']);
  });

  it('that are the same are one row, added up', async () => {
    const loss: LossCount = {
      ...{ reason: 'ring_full', recordKind: 'exec', hook: '' },
      ...{ cgroupId: '1', count: 2 },
    };
    const lost = [loss, { ...loss, cgroupId: '2', count: 3 }, { ...loss, hook: 'other' }];

    const rows = await seriesOf('warder_records_lost_total', withStats({ lost }));

    assert.deepStrictEqual(
      rows.map(({ labels, value }) => [labels['hook'], value]),
      [
        ['', 5],
        ['other', 2],
      ],
    );
  });

  it('are bounded in their number, and what is left out is counted', async () => {
    const counts = Array.from({ length: 2005 }, (_, index) => [`kind-${index}`, 1]);
    const facts = withStats({ events: Object.fromEntries(counts) });

    const rows = await seriesOf('warder_events_total', facts);
    const leftOut = await seriesOf('warder_metric_rows_left_out', facts);

    assert.equal(rows.length, 2000);
    assert.deepStrictEqual(leftOut, [
      { labels: { metric: 'warder_events_total' }, value: 5 },
      { labels: { metric: 'tetragon_events_total' }, value: 5 },
    ]);
  });
});

describe('values', () => {
  it('that are no numbers are left out', async () => {
    const rows = await seriesOf('process_start_time_seconds', withStats({ startedAt: 'never' }));

    assert.deepStrictEqual(rows, []);
  });

  it('are those of the moment, all of one, and read once a second at most', async () => {
    let received = 1;
    let nowMs = 5000;
    let asked = 0;
    const page = createMetricsPage({
      readFacts: () => {
        asked += 1;
        return withStats({ received, decoded: received });
      },
      hasTetragonNames: false,
      now: () => nowMs,
    });
    const scrape = async (): Promise<readonly (number | undefined)[]> => {
      const metrics = readMetrics((await page.render()).text);
      return ['received', 'decoded'].map((name) => {
        return metrics.find((each) => each.name === `warder_records_${name}_total`)?.series[0]
          ?.value;
      });
    };

    const first = await Promise.all([scrape(), scrape()]);
    received = 7;
    nowMs += 999;
    const early = await scrape();
    nowMs += 1;
    const late = await scrape();

    assert.deepStrictEqual(
      [first, early, late],
      [
        [
          [1, 1],
          [1, 1],
        ],
        [1, 1],
        [7, 7],
      ],
    );
    assert.equal(asked, 2);
  });

  it('of what is gone go too', async () => {
    let facts = FULL_FACTS;
    let nowMs = 0;
    const page = createMetricsPage({
      readFacts: () => facts,
      hasTetragonNames: false,
      now: () => nowMs,
    });
    await page.render();
    facts = PLAIN_FACTS;
    nowMs += 1000;

    assert.equal((await page.render()).text, await textOf(PLAIN_FACTS));
  });

  it('fail with the agent, and come again with it', async () => {
    let isBroken = true;
    let nowMs = 0;
    const page = createMetricsPage({
      readFacts: () => {
        if (isBroken) throw new Error('no map');
        return FULL_FACTS;
      },
      hasTetragonNames: false,
      now: () => nowMs,
    });

    await assert.rejects(page.render(), /no map/);
    isBroken = false;
    nowMs += 1000;

    assert.equal((await page.render()).text, await textOf(FULL_FACTS));
  });
});

describe('names of Tetragon', () => {
  it('give losses the numbers of its messages', async () => {
    const methods: readonly (readonly [method: string, number: string])[] = [
      ['fentry', '13'],
      ['sys_enter', '13'],
      ['tp_btf', '14'],
      ['uprobe', '15'],
      ['lsm', '16'],
      ['usdt', '17'],
    ];
    const [hook] = FULL_FACTS.stats.hooks;
    assert.ok(hook);
    const hooks: HookCount[] = methods.map(([method]) => ({ ...hook, method, hook: method }));
    const lost = hooks.map((each, index): LossCount => {
      const about = { reason: 'scratch_busy', recordKind: 'hook', cgroupId: '1' } as const;
      return { ...about, hook: each.hook, count: index + 1 };
    });

    const rows = await seriesOf('tetragon_bpf_missed_events_total', withStats({ hooks, lost }));

    const byNumber = new Map(rows.map(({ labels, value }) => [labels['msg_op'], value]));
    assert.deepStrictEqual(
      [...byNumber],
      [
        ['13', 3],
        ['14', 3],
        ['15', 4],
        ['16', 5],
        ['17', 6],
      ],
    );
    assert.deepStrictEqual([...new Set(rows.map(({ labels }) => labels['error']))], ['EBUSY']);
  });

  it('name the policy of a hook only where there is one', async () => {
    const [hook] = FULL_FACTS.stats.hooks;
    assert.ok(hook);
    const hooks = [hook, { ...hook, hook: 'own', policies: ['shop/watch'] }];

    const rows = await seriesOf('tetragon_overhead_program_runs_total', withStats({ hooks }));

    assert.deepStrictEqual(
      rows.map(({ labels }) => [labels['attach'], labels['policy'], labels['policy_namespace']]),
      [
        ['sys_openat', '', ''],
        ['own', 'watch', 'shop'],
      ],
    );
  });
});
