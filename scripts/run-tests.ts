/** Runs the test suites, on this kernel and in guests, and sums them up. */
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { isKernelLine, KERNEL_LINES, type KernelLine } from './guest/kernels.ts';
import { CHECKOUT } from './guest/places.ts';
import { type SuiteResult, sumOutcomes } from './test-run/outcomes.ts';
import {
  runCluster,
  runDelivery,
  runHostKernel,
  runInGuest,
  runLint,
  runTypes,
  runUnit,
} from './test-run/suites.ts';
import { formatSummary } from './test-run/summary.ts';

const SUITES = ['lint', 'types', 'unit', 'cluster', 'delivery', 'native', 'kernel'] as const;
/** Run on this host and in the guests. */
const KERNEL_SUITES = ['kernel', 'long'] as const;

const USAGE = `usage: node build/scripts/run-tests.js [options]
  --only A,B       suites to run: ${SUITES.join(', ')} (default all)
  --kernel LINE    kernels of the kernel suites: host, ${KERNEL_LINES.join(', ')} (default all)
  --long           also the long tests, on the same kernels
`;
const EXIT_USAGE = 2;

interface Selection {
  readonly suites: readonly string[];
  readonly host: boolean;
  readonly lines: readonly KernelLine[];
}

/** Resolves to undefined when the command line is wrong. */
function parseSelection(argv: readonly string[]): Selection | undefined {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: 'string', default: SUITES.join(',') },
      kernel: { type: 'string', default: ['host', ...KERNEL_LINES].join(',') },
      long: { type: 'boolean', default: false },
    },
  });
  const suites = values.only.split(',');
  const kernels = values.kernel.split(',');
  const known = [...SUITES, 'long'] as readonly string[];
  if (!suites.every((suite) => known.includes(suite))) return undefined;
  if (!kernels.every((kernel) => kernel === 'host' || isKernelLine(kernel))) return undefined;
  return {
    suites: values.long ? [...suites, 'long'] : suites,
    host: kernels.includes('host'),
    lines: kernels.filter(isKernelLine),
  };
}

/**
 * What keeps every core busy comes first and alone. The others mostly wait, for servers and clocks,
 * and do that while the guests compute.
 */
async function runSelection(selection: Selection): Promise<readonly SuiteResult[]> {
  const busy = await runInTurn(listBusySuites(selection));
  const [waiting, ...guests] = await Promise.all([
    runInTurn(listWaitingSuites(selection)),
    // One guest per core: each is a single emulated CPU.
    ...selection.lines.map((line) => runInTurn(listGuestSuites(selection, line))),
  ]);
  return [...busy, ...waiting, ...guests.flat()];
}

interface Step {
  readonly name: string;
  readonly run: () => Promise<SuiteResult>;
}

async function runInTurn(steps: readonly Step[]): Promise<readonly SuiteResult[]> {
  const results: SuiteResult[] = [];
  for (const { name, run } of steps) {
    process.stdout.write(`\n== ${name}\n`);
    results.push(await run());
  }
  return results;
}

function listBusySuites({ suites }: Selection): readonly Step[] {
  return [
    { name: 'lint', run: runLint },
    { name: 'types', run: runTypes },
    { name: 'unit', run: runUnit },
  ].filter(({ name }) => suites.includes(name));
}

function listWaitingSuites({ suites, host }: Selection): readonly Step[] {
  return [
    ...[
      { name: 'cluster', run: runCluster },
      { name: 'delivery', run: runDelivery },
      { name: 'native', run: () => runHostKernel('native') },
    ].filter(({ name }) => suites.includes(name)),
    ...KERNEL_SUITES.filter((suite) => host && suites.includes(suite)).map((suite) => ({
      name: `${suite}, this host`,
      run: () => runHostKernel(suite),
    })),
  ];
}

function listGuestSuites({ suites }: Selection, line: KernelLine): readonly Step[] {
  return KERNEL_SUITES.filter((suite) => suites.includes(suite)).map((suite) => ({
    name: `${suite}, guest ${line}`,
    run: () => runInGuest(suite, line),
  }));
}

async function main(argv: readonly string[]): Promise<number> {
  const selection = parseSelection(argv);
  if (selection === undefined) {
    process.stderr.write(USAGE);
    return EXIT_USAGE;
  }
  process.chdir(CHECKOUT);
  const tools = join(CHECKOUT, 'node_modules', '.bin');
  process.env['PATH'] = `${tools}${delimiter}${process.env['PATH'] ?? ''}`;
  const results = await runSelection(selection);
  process.stdout.write(formatSummary(results, performance.now()));
  return sumOutcomes(results.flatMap((result) => result.outcomes)).failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
