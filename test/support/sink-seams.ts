/** What sinks and filters have of an agent, for tests that read configurations. */
import { readFileSync } from 'node:fs';
import { systemClock } from '../../src/exporters/clock.ts';
import type { DestinationSeams } from '../../src/exporters/delivery/compile-destination.ts';
import { JSON_FORMAT, type SinkSeams } from '../../src/exporters/sinks/sink-type.ts';
import type { Compiled } from '../../src/model/config-problem.ts';
import { silentLogger } from '../../src/model/log.ts';
import { compileTextPattern } from '../../src/rules/detection/pattern/text-pattern.ts';

export function sinkSeams(changes: Partial<SinkSeams> = {}): SinkSeams {
  return {
    secrets: {
      readFile: (path) => readFileSync(path, 'utf8'),
      readEnv: (name) => (name === 'TOKEN' ? 'a-token' : undefined),
    },
    ...{ clock: systemClock, logger: silentLogger, format: JSON_FORMAT, version: '0.1.0' },
    ...{ node: 'node-1', cluster: 'prod', writeChunk: async () => undefined },
    ...changes,
  };
}

/** Conditions are words that the body has to contain; `bad` is none. */
export const DESTINATION_SEAMS: DestinationSeams = {
  ...sinkSeams(),
  compilePattern: compileTextPattern,
  compileCondition: (text) =>
    text === 'bad'
      ? { code: 'RULE_CONDITION_SYNTAX', message: 'it is bad' }
      : ({ body }) => body.includes(text),
};

/** `path: CODE` of each problem; throws when there is none. */
export function problemsOf(compiled: Compiled<unknown>): readonly string[] {
  if (compiled.kind === 'compiled') throw new Error('nothing was refused');
  return compiled.problems.map(({ path, code }) => `${path.join('.')}: ${code}`);
}

export function compiledValue<T>(compiled: Compiled<T>): T {
  if (compiled.kind === 'compiled') return compiled.value;
  throw new Error(JSON.stringify(compiled.problems));
}
