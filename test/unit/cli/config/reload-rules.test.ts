/** Rules of `warder run` that are read again: from where, and what is said. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { ReadDetections } from '../../../../src/cli/agent-options.ts';
import { waitUntil } from '../fake-io.ts';
import { type Bench, hasBanner, makeBench } from '../run-bench.ts';

function ruleText(title: string): string {
  return [
    `title: ${title}`,
    'logsource: {category: process_creation, product: linux}',
    'detection: {s: {Image: /bin/true}, condition: s}',
    'level: low',
    '',
  ].join('\n');
}

interface Files {
  readonly directory: string;
  write(name: string, text: string): string;
}

function aDirectory(t: TestContext): Files {
  const directory = mkdtempSync(join(tmpdir(), 'warder-config-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  for (const name of ['one', 'two']) mkdirSync(join(directory, name));
  return {
    directory,
    write(name, text) {
      writeFileSync(join(directory, name), text);
      return join(directory, name);
    },
  };
}

async function start(bench: Bench, ...words: readonly string[]): Promise<() => Promise<number>> {
  const code = bench.run(...words);
  await waitUntil(() => hasBanner(bench.io));
  return () => {
    bench.io.send('SIGTERM');
    return code;
  };
}

/** SIGHUP, and what came of it is in the log. */
async function reload({ io }: Bench): Promise<string> {
  const before = io.err.length;
  io.reload();
  await waitUntil(() => io.err.slice(before).includes('the configuration was read again'));
  return io.err.slice(before);
}

function titles(read: ReadDetections | undefined): readonly string[] | undefined {
  return read?.setup.rules.map(({ title }) => title);
}

describe('rules on SIGHUP', () => {
  it('are read again where options name them, without a configuration file', async (t) => {
    const { directory, write } = aDirectory(t);
    write('one/a.yaml', ruleText('first'));
    const bench = makeBench();
    const end = await start(bench, '--rules', join(directory, 'one'));
    write('one/b.yaml', ruleText('second'));
    await reload(bench);
    await end();

    assert.deepStrictEqual(bench.agent.reads.map(titles), [['first', 'second']]);
    assert.deepStrictEqual(bench.agent.setups, []);
    assert.deepStrictEqual(bench.io.reloads, 0);
  });

  it('are not asked for where nobody names any', async (t) => {
    const { write } = aDirectory(t);
    const bench = makeBench();
    const end = await start(bench, '--config', write('warder.yaml', 'agent: {strict: true}\n'));
    await reload(bench);
    await end();

    assert.deepStrictEqual(bench.agent.reads, []);
  });

  it('come from where the file names them now', async (t) => {
    const { directory, write } = aDirectory(t);
    write('one/a.yaml', ruleText('first'));
    write('two/b.yaml', ruleText('second'));
    const text = (name: string): string => `rules: {paths: [${join(directory, name)}]}\n`;
    const bench = makeBench();
    const end = await start(bench, '--config', write('warder.yaml', text('one')));
    write('warder.yaml', `${text('two').replace('}', ', findingsPerSecond: 7}')}`);
    const log = await reload(bench);
    const [read] = bench.agent.reads;
    await end();

    assert.deepStrictEqual(titles(read), ['second']);
    assert.equal(read?.setup.findingsPerSecond, 7);
    assert.match(log, /"changed":\["rules\.paths","rules\.findingsPerSecond"\]/);
    assert.doesNotMatch(log, /next start/);
  });

  it('that are refused leave their keys to be told again', async (t) => {
    const { directory, write } = aDirectory(t);
    write('one/a.yaml', ruleText('first'));
    const text = `rules: {paths: [${join(directory, 'one')}]}\n`;
    const bench = makeBench();
    const end = await start(bench, '--config', write('warder.yaml', text));
    write('warder.yaml', text.replace('}', ', respond: dry-run}'));
    const loaded = bench.agent.reloadResult;
    bench.agent.reloadResult = { kind: 'rejected', diagnostics: [] };
    const refused = await reload(bench);
    bench.agent.reloadResult = loaded;
    const taken = await reload(bench);
    const none = await reload(bench);
    await end();

    assert.match(refused, /"changed":\[\]/);
    assert.match(taken, /"changed":\["rules\.respond"\]/);
    assert.match(none, /"changed":\[\]/);
  });

  it('that cannot be read do not keep the rest from being taken', async (t) => {
    const { directory, write } = aDirectory(t);
    write('one/a.yaml', ruleText('first'));
    const text = `rules: {paths: [${join(directory, 'one')}]}\n`;
    const bench = makeBench();
    const end = await start(bench, '--config', write('warder.yaml', text));
    rmSync(join(directory, 'one'), { recursive: true });
    write('warder.yaml', `${text}agent: {logLevel: debug}\n`);
    const log = await reload(bench);

    assert.match(log, /"changed":\["agent\.logLevel"\]/);
    assert.equal(await end(), 0);
  });
});

describe('rules that the API asks for', () => {
  it('are read with the configuration as it is then, and with its mistakes', async (t) => {
    const { directory, write } = aDirectory(t);
    write('one/a.yaml', ruleText('first'));
    const text = `rules: {paths: [${join(directory, 'one')}]}\n`;
    const bench = makeBench();
    const end = await start(bench, '--config', write('warder.yaml', text));
    write('one/b.yaml', ruleText('second'));
    const good = await bench.options().readDetections();
    write('warder.yaml', text.replace('paths', 'path'));
    const bad = await bench.options().readDetections();
    await end();

    assert.deepStrictEqual(titles(good), ['first', 'second']);
    assert.deepStrictEqual(
      bad.files.flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code)),
      ['CONFIG_KEY_UNKNOWN'],
    );
  });
});
