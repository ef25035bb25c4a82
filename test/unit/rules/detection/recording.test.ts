/** Recordings give back what was recorded, and nothing else. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RecordingDecoder } from '../../../../src/rules/detection/recording/decode-recording.ts';
import { RecordingEncoder } from '../../../../src/rules/detection/recording/encode-recording.ts';
import { aDetectionEvent } from '../../../support/detection-events.ts';
import { aParent, aProcess } from '../../../support/events.ts';

const HEAD = { node: 'n1', cluster: '', boot: 'b', bootTimeMs: 1_000 };
const PROCESS = aProcess();
const EVENTS = [
  aDetectionEvent({ process: PROCESS, ancestors: [aParent()], workload: { kind: 'host' } }),
  aDetectionEvent({
    class: 'file.open',
    sequence: 2,
    timeNs: 2n ** 63n,
    process: PROCESS,
    syscall: 'openat',
    facts: { 'file.path': '/etc/shadow', 'file.flags': ['read'], 'file.mode': 0o100640 },
  }),
];

function record(): string[] {
  const encoder = new RecordingEncoder();
  return [encoder.head(HEAD), ...EVENTS.map((event) => encoder.encode(event))]
    .join('')
    .trimEnd()
    .split('\n');
}

function play(lines: readonly string[]): unknown[] {
  const decoder = new RecordingDecoder();
  return lines.map((line) => decoder.decode(line)).filter((event) => event !== undefined);
}

describe('recordings', () => {
  it('give back the events', () => {
    const [first, second] = play(record());

    assert.deepStrictEqual(first, { ...EVENTS[0], syscall: undefined });
    assert.deepStrictEqual(second, { ...EVENTS[1], workload: undefined });
  });

  it('have each process once', () => {
    assert.equal(record().filter((line) => line.startsWith('{"process"')).length, 2);
  });

  const damages: readonly (readonly [string, (lines: string[]) => string[], RegExp])[] = [
    ['another head', (lines) => ['{}', ...lines.slice(1)], /line 1 is not the head/],
    ['another version', (lines) => ['{"warder":"recording","version":9}', ...lines], /version 9/],
    ['half a line', (lines) => [lines[0] ?? '', '{"process"'], /line 2 is not JSON/],
    [
      'a process that is not there',
      ([head = '', ...lines]) => [head, ...lines.slice(-1)],
      /names process/,
    ],
    ['something else', (lines) => [...lines, '7'], /neither/],
    [
      'a fact that is none',
      (lines) => lines.map((line) => line.replace('file.path', 'x')),
      /facts/,
    ],
    [
      'a process that is none',
      (lines) => lines.map((line) => line.replace('"tgid":', '"t":')),
      /process/,
    ],
  ];
  for (const [name, damage, message] of damages) {
    it(`are refused with ${name}`, () => {
      assert.throws(() => play(damage(record())), { code: 'RULE_RECORDING_INVALID', message });
    });
  }
});
