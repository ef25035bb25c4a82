/** How fast the ring is read from Node, as a ratio to C in the same run. */
import { execFileSync, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Budget, checkBudgets, print } from '../report.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const OUT = join(ROOT, 'build', 'bench-ring');
const ROUNDS = 3;
const MEASURED_MS = 1000;
const PACED_RATE = 200_000;

/** The sustained rate of Node with full decoding must not fall below this share of C's. */
const BUDGET_RATIO = 0.8;

interface Consumer {
  readonly name: string;
  readonly command: readonly string[];
}

interface Run {
  /** Records per second that arrived. */
  readonly rate: number;
  readonly lossPercent: number;
  /** CPU time of the whole consumer process. */
  readonly nsPerRecord: number;
}

const nodeConsumer = (name: string): Consumer => ({
  name: `node ${name}`,
  command: [process.execPath, fileURLToPath(new URL('./node-consumer.js', import.meta.url)), name],
});

const cConsumer = (name: string): Consumer => ({
  name: `C ${name}`,
  command: [join(OUT, 'consumer'), name],
});

const CONSUMERS: readonly Consumer[] = [
  cConsumer('poll'),
  cConsumer('edge'),
  nodeConsumer('touch'),
  nodeConsumer('lazy'),
  nodeConsumer('intern'),
  nodeConsumer('utf8'),
];

/** The agent interns strings; `node utf8` is there to show what that saves. */
const BUDGETED: readonly string[] = ['node touch', 'node lazy', 'node intern'];

/**
 * Builds what it needs, runs every consumer in turn, prints a table; true when within the budget.
 * Needs root and two CPUs.
 */
export async function runRingBench(): Promise<boolean> {
  execFileSync('make', ['-s', '-C', join(ROOT, 'bench', 'ring')], { stdio: 'inherit' });
  print(`ring: 256-byte records, 8 MiB ring, generator on CPU 0, reader on CPU 1`);
  const flood = await measureAll(0, ROUNDS);
  printTable('flood', flood);
  printTable(`${PACED_RATE / 1000}k records/s`, await measureAll(PACED_RATE, 1));
  return checkBudgets(budgetsOf(flood));
}

type Results = ReadonlyMap<string, readonly Run[]>;

/** Consumers take turns, so that a busy neighbour hits all of them. */
async function measureAll(rate: number, rounds: number): Promise<Results> {
  const results = new Map<string, Run[]>(CONSUMERS.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const consumer of CONSUMERS) {
      results.get(consumer.name)?.push(await measure(consumer, rate));
    }
  }
  return results;
}

async function measure({ command, name }: Consumer, rate: number): Promise<Run> {
  const generator = spawnOn(0, [join(OUT, 'generator'), String(rate), String(MEASURED_MS)]);
  const [program = '', ...rest] = command;
  const variant = rest.at(-1) ?? '';
  const consumer = spawnOn(1, [
    program,
    ...rest.slice(0, -1),
    join(OUT, 'load.bpf.o'),
    String(generator.process.pid),
    variant,
  ]);
  try {
    if ((await consumer.line()) !== 'ready') throw new Error(`${name} did not start`);
    generator.process.stdin.end('go\n');
    const produced = parse(await generator.line(), ['records', 'seconds']);
    const consumed = parse(await consumer.line(), ['records', 'cpuNs']);
    return {
      rate: consumed.records / produced.seconds,
      lossPercent: 100 * (1 - consumed.records / produced.records),
      nsPerRecord: consumed.cpuNs / consumed.records,
    };
  } finally {
    generator.process.kill();
    consumer.process.kill();
  }
}

function spawnOn(cpu: number, command: readonly string[]) {
  const pinned =
    availableParallelism() > cpu ? ['taskset', '-c', String(cpu), ...command] : command;
  const [program = '', ...rest] = pinned;
  const child = spawn(program, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  child.on('error', (error) => child.stdout.destroy(error));
  return {
    process: child,
    line: async (): Promise<string> => {
      const next = await lines.next();
      return next.done === true ? '' : next.value;
    },
  };
}

function parse<Key extends string>(line: string, keys: readonly Key[]): Record<Key, number> {
  const value: unknown = JSON.parse(line);
  const read = (key: Key): number => Number(Object(value)[key]);
  return Object.fromEntries(keys.map((key) => [key, read(key)])) as Record<Key, number>;
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}

function printTable(title: string, results: Results): void {
  print(`\n${title.padEnd(18)} records/s     loss    CPU ns/record`);
  for (const [name, runs] of results) {
    const rate = Math.round(median(runs.map((run) => run.rate)));
    const loss = median(runs.map((run) => run.lossPercent));
    const cost = median(runs.map((run) => run.nsPerRecord));
    print(
      [
        name.padEnd(18),
        rate.toLocaleString('en').padStart(10),
        `${loss.toFixed(2)} %`.padStart(9),
        cost.toFixed(0).padStart(17),
      ].join(''),
    );
  }
}

/** Best rounds, because a busy neighbour can only slow a round down. */
function budgetsOf(flood: Results): readonly Budget[] {
  const best = (name: string): number =>
    Math.max(...(flood.get(name) ?? []).map(({ rate }) => rate));
  print('');
  return BUDGETED.map((name) => ({
    name: `${name} / C edge, rates`,
    value: best(name) / best('C edge'),
    relation: 'at least',
    limit: BUDGET_RATIO,
    unit: '',
  }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runRingBench();
