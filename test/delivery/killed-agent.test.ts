/** An agent that is killed in the middle of writes loses nothing and changes no id. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { until } from '../support/fake-sink.ts';
import { aMessage } from '../support/messages.ts';
import { repositoryRoot } from '../support/root.ts';

const CHILD = join(repositoryRoot(), 'build', 'test', 'support', 'delivery-child.js');
const KILLS = 12;
/** Numbers of one life, more than any gets to. */
const LIFE = 100_000;

interface Life {
  readonly child: ChildProcess;
  lines(): readonly string[];
}

function live(t: TestContext, args: readonly string[]): Life {
  const child = spawn(process.execPath, [CHILD, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += String(chunk);
  });
  return { child, lines: () => text.split('\n').slice(0, -1) };
}

async function kill({ child }: Life): Promise<void> {
  const gone = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await gone;
}

function words(lines: readonly string[], verb: string): readonly string[] {
  return lines
    .filter((line) => line.startsWith(`${verb} `))
    .map((line) => line.split(' ')[1] ?? '');
}

describe('An agent that is killed', () => {
  for (const mode of ['deliver', 'hang'] as const) {
    it(`delivers all it had kept, while its destination ${mode}s`, async (t) => {
      const directory = mkdtempSync(join(tmpdir(), 'warder-killed-'));
      t.after(() => rmSync(directory, { recursive: true, force: true }));
      const all: string[] = [];

      for (let turn = 0; turn < KILLS; turn += 1) {
        const life = live(t, [directory, String(turn * LIFE + 1), mode]);
        // Another place in the middle of writing each time.
        const wanted = 10 + turn * 7;
        await until(() => words(life.lines(), 'kept').length >= wanted, `${wanted} messages`);
        await kill(life);
        all.push(...life.lines());
      }
      const last = live(t, [directory, '0', 'drain']);
      const kept = new Set(words(all, 'kept'));
      const missing = (): readonly string[] => {
        const sent = new Set(words([...all, ...last.lines()], 'sent'));
        return [...kept].filter((id) => !sent.has(id));
      };
      await until(() => missing().length === 0, 'every message').catch(() => undefined);
      await kill(last);

      assert.deepStrictEqual(missing(), []);
      assert.ok(kept.size > KILLS * 10);
      const sent = [...all, ...last.lines()].filter((line) => line.startsWith('sent '));
      const wrong = sent.filter((line) => {
        const [, id = '', body = ''] = line.split(' ');
        return aMessage(Number(id.split('/').at(-1))).body !== body;
      });
      assert.deepStrictEqual(wrong, []);
    });
  }
});
