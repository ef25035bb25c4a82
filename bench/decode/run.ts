/** How many records a second one core takes, from bytes to events and to lines of JSON. */
import { LineHub } from '../../src/cli/line-hub.ts';
import { Pipeline } from '../../src/engine/pipeline.ts';
import { ProcessTable } from '../../src/engine/process/process-table.ts';
import { EventEncoder } from '../../src/exporters/index.ts';
import { BootClock } from '../../src/model/clock.ts';
import { silentLogger } from '../../src/model/log.ts';
import type { HookTarget, Publisher, SelectorTarget } from '../../src/model/pipeline.ts';
import { execBytes } from '../../test/support/record-bytes.ts';
import { checkBudgets, print, printTable, round } from '../report.ts';
import {
  cpuTimeUs,
  PARENT,
  RECORDS_PER_BATCH,
  RECORDS_PER_PROCESS,
  RecordStream,
} from './record-stream.ts';

const ROUNDS = 10;
const RECORDS_PER_ROUND = 200_000;
const BATCHES_PER_TURN = 15;

/** Rounds before the compiler has seen enough. */
const WARM_UP_ROUNDS = 3;

const LINES_RATE_MIN = 300_000;
const COUNTED_RATE_MIN = 1_000_000;

/** What becomes of the events. */
interface Variant {
  readonly name: string;
  readonly publisher: Publisher;
}

interface Rate {
  readonly best: number;
  readonly median: number;
}

/** Prints a table; true when within the budgets. */
export function runDecodeBench(): boolean {
  let length = 0;
  let events = 0;
  const lines = createHub();
  lines.subscribe((batch) => {
    for (const line of batch) length += line.length;
    events += batch.length;
  });
  const counted: Variant = { name: 'counted, nobody listens', publisher: createHub() };
  const printed: Variant = { name: 'lines of JSON', publisher: lines };
  const rates = new Map([counted, printed].map((variant) => [variant.name, measure(variant)]));

  print(`decode: per process fork, exec, exit and ${RECORDS_PER_PROCESS - 3} hook records`);
  printTable(
    ['', 'records/s, best', 'median', 'ns/record'],
    [...rates].map(([name, { best, median }]) => [
      name,
      round(best),
      round(median),
      round(1e9 / best),
    ]),
  );
  print(`${round(length / events)} bytes per line`);
  const rateOf = ({ name }: Variant): number => rates.get(name)?.best ?? Number.NaN;
  return checkBudgets([
    {
      name: 'decode, enrich and publish',
      value: rateOf(printed),
      relation: 'at least',
      limit: LINES_RATE_MIN,
      unit: 'records/s',
    },
    {
      name: 'only counted',
      value: rateOf(counted),
      relation: 'at least',
      limit: COUNTED_RATE_MIN,
      unit: 'records/s',
    },
  ]);
}

function createHub(): LineHub {
  const encoder = new EventEncoder({
    nodeName: 'node',
    clusterName: '',
    clock: new BootClock(0n),
    credentials: false,
    extensions: true,
  });
  return new LineHub((event) => encoder.encode(event));
}

/** Throws when a record was rejected, made no event, or named a process that is not known. */
function measure({ name, publisher }: Variant): Rate {
  const processes = new ProcessTable({ nodeName: 'node' });
  const hooks = { resolve: () => HOOK_TARGET };
  const onFailure = (error: unknown): never => {
    throw error;
  };
  const pipeline = new Pipeline({ processes, hooks, publisher, logger: silentLogger, onFailure });
  const stream = new RecordStream();
  pipeline.attach(stream);
  pipeline.seed(execBytes(PARENT, { binary: '/usr/sbin/init' }));
  const rates = Array.from({ length: WARM_UP_ROUNDS + ROUNDS }, () => playRound(pipeline, stream));
  const { received, published, publishFailures } = pipeline.counts();
  const { unknownLookups } = processes.counts();
  const expected = (received / RECORDS_PER_PROCESS) * (RECORDS_PER_PROCESS - 1);
  if (published !== expected || publishFailures + unknownLookups > 0) {
    throw new Error(`${name}: ${published} events of ${received} records, ${expected} expected`);
  }
  const measured = rates.slice(WARM_UP_ROUNDS).sort((a, b) => a - b);
  return { best: measured.at(-1) ?? 0, median: measured[measured.length >> 1] ?? 0 };
}

/** Records per second of CPU time of all threads, without the time that it took to make them. */
function playRound(pipeline: Pipeline, stream: RecordStream): number {
  const fillUsBefore = stream.fillUs;
  const start = cpuTimeUs();
  let records = 0;
  while (records < RECORDS_PER_ROUND) {
    stream.allow(BATCHES_PER_TURN);
    pipeline.wake();
    records += BATCHES_PER_TURN * RECORDS_PER_BATCH;
  }
  const us = cpuTimeUs() - start - (stream.fillUs - fillUsBefore);
  return (records / us) * 1e6;
}

const SELECTORS: readonly SelectorTarget[] = Array.from({ length: 4 }, (_, index) => ({
  policyName: `watch-files-${index}`,
  message: 'a file was opened',
  tags: ['files'],
  action: 'Post',
  arguments: [
    { position: 0, label: 'file' },
    { position: 1, label: '' },
  ],
}));

const HOOK_TARGET: HookTarget = {
  functionName: 'security_file_open',
  eventKind: 'process_kprobe',
  selector: (index) => SELECTORS[index],
};
