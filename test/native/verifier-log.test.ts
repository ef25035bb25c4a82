/** The one line of a verifier log that says why. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { summarizeLog } from '../../src/engine/kernel/verifier-log.ts';

const block = (...lines: readonly string[]): string =>
  `libbpf: prog 'x': -- BEGIN PROG LOAD LOG --\n${lines.join('\n')}\n-- END PROG LOAD LOG --\n`;

describe('summarizeLog', () => {
  const cases: readonly (readonly [name: string, log: string, summary: string | undefined])[] = [
    [
      'takes the line before the counters',
      block('0: (b7) r0 = 0', 'R1 !read_ok', 'processed 2 insns (limit 1000000) max_states 0'),
      'R1 !read_ok',
    ],
    [
      'passes over source lines and instructions',
      block('invalid access to map value', '; return row->id;', '7: (61) r0 = *(u32 *)(r0 +0)'),
      'invalid access to map value',
    ],
    [
      'takes the last program of several',
      block('first reason') + block('second reason'),
      'second reason',
    ],
    [
      'falls back to what libbpf said when the verifier was silent',
      "libbpf: map 'm': failed to create: Invalid argument(-22)\n" +
        "libbpf: failed to load object 'o'\n",
      "map 'm': failed to create: Invalid argument(-22)",
    ],
    ['has nothing to say about nothing', '', undefined],
    ['cuts a line of any length', block('x'.repeat(5000)), 'x'.repeat(300)],
  ];

  for (const [name, log, summary] of cases) {
    it(name, () => assert.equal(summarizeLog(log), summary));
  }
});
