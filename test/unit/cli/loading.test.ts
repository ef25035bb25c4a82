/** What a command waits for before it does anything: files that it loads, and no room of others. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readSources } from '../../support/source-tree.ts';

const SOURCES = new Map(
  readSources(['src'], /\.ts$/).map(({ path, text }): [string, string] => [path, text]),
);

/** Imports of values that are followed before the first statement runs. */
function importsOf(path: string): readonly string[] {
  const found = SOURCES.get(path)?.matchAll(/^(?:import|export) (?!type )[^;]*?from '([^']+)'/gm);
  return [...(found ?? [])].map(([, specifier = '']) =>
    specifier.startsWith('.') ? join(path, '..', specifier) : specifier,
  );
}

function loadedBy(path: string): readonly string[] {
  const loaded = new Set([path]);
  for (const each of loaded) for (const next of importsOf(each)) loaded.add(next);
  return [...loaded];
}

/** The fronts of rooms and the packages among what is loaded. */
function roomsLoadedBy(path: string): readonly string[] {
  return loadedBy(path).filter(
    (each) => /^src\/[a-z]+\/index\.ts$/.test(each) || !/^(src\/|node:)/.test(each),
  );
}

describe('the command line', () => {
  it('is there before any room of the program is loaded', () => {
    const loaded = loadedBy('src/cli/main.ts');

    assert.deepStrictEqual(roomsLoadedBy('src/cli/main.ts'), []);
    assert.ok(loaded.includes('src/cli/run-cli.ts'));
    assert.ok(!loaded.some((path) => path.startsWith('src/cli/commands/')));
  });

  it('asks an agent without the rooms of one', () => {
    const rooms = roomsLoadedBy('src/cli/commands/status.ts');

    assert.deepStrictEqual(rooms, []);
    assert.ok(loadedBy('src/cli/commands/status.ts').includes('src/cli/api/client.ts'));
  });

  it('reads what an agent is to do without what it may not need', () => {
    assert.ok(!roomsLoadedBy('src/cli/commands/run.ts').includes('src/rules/index.ts'));
  });

  it('loads the rooms of an agent, but neither detections nor Kubernetes, for the agent', () => {
    const rooms = roomsLoadedBy('src/cli/agent.ts');

    assert.ok(rooms.includes('src/engine/index.ts'));
    assert.ok(!rooms.includes('src/rules/index.ts'));
    assert.ok(!rooms.includes('src/kubernetes/index.ts'));
  });
});
