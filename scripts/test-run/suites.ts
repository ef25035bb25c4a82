/** What each suite runs. A suite always yields results; only a broken harness throws. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { KernelLine } from '../guest/kernels.ts';
import { CHECKOUT } from '../guest/places.ts';
import { type GuestResult, runGuest } from '../guest/run-guest.ts';
import type { TestOutcome } from './event-reporter.ts';
import { findTestFiles, nodeTestArguments } from './node-test.ts';
import { outcomeOf, readReport, type SuiteResult, type TestReport } from './outcomes.ts';
import { PrefixedOutput, runCommand } from './processes.ts';

const HOST_TEST_TIMEOUT_MS = 120_000;
/** Emulation makes a process start fifty times slower, and everything else five to twenty times. */
const GUEST_TEST_TIMEOUT_MS = 1_500_000;
const GUEST_TIMEOUT_MS = 70 * 60_000;
/** How much longer a long suite may take. */
const LONG_PATIENCE = 5;
const GUEST_MEMORY_MB = 2048;
/** In the guest's memory: every test file and agent is a process that loads the same modules. */
const GUEST_COMPILE_CACHE = '/tmp/node-compile-cache';
/** A third of the start of every process is finding its modules. */
const QUICK_MODULES = pathToFileURL(join(CHECKOUT, 'build/scripts/test-run/quick-modules.js')).href;
const CONSOLE_TAIL_LINES = 20;
const C_ROOTS = ['bpf', 'native', 'bench', 'test'];

/** Formatting and lint rules of every language in the tree. */
export async function runLint(): Promise<SuiteResult> {
  return measure('lint', '', async () =>
    reportOf(
      outcomeOf(
        'biome',
        await runCommand({ program: 'biome', args: ['check', '--error-on-warnings'] }),
      ),
      outcomeOf('clang-format', await checkCFormat()),
    ),
  );
}

/** The compiler, without output: what runs was built by the set-up. */
export async function runTypes(): Promise<SuiteResult> {
  return measure('types', '', async () =>
    reportOf(outcomeOf('tsc', await runCommand({ program: 'tsc', args: ['--noEmit'] }))),
  );
}

/** Tests that touch neither kernel nor network, with a coverage report. */
export async function runUnit(): Promise<SuiteResult> {
  return runOnHost('unit', { kernel: '', serial: false, coverage: true });
}

/** The Kubernetes room and kubectl against an API server of the tests, over TLS. */
export async function runCluster(): Promise<SuiteResult> {
  return runOnHost('cluster', { kernel: '', serial: false, coverage: false });
}

/** Delivery to real servers and hostile ones, with processes that are killed meanwhile. */
export async function runDelivery(): Promise<SuiteResult> {
  return runOnHost('delivery', { kernel: '', serial: true, coverage: false });
}

/** A suite of kernel or native tests on the running kernel; needs root. */
export async function runHostKernel(suite: string): Promise<SuiteResult> {
  const kernel = `host ${release().replace(/-.*/, '')}`;
  if (process.getuid?.() === 0) {
    return runOnHost(suite, { kernel, serial: true, coverage: false });
  }
  const reason = 'loading probes needs root';
  const outcomes = [outcomeOf(`${suite} tests`, false, reason)];
  return { suite, kernel, outcomes, files: [], elapsedMs: 0 };
}

/** The kernel tests in a guest, where a capability that is missing counts as a failure. */
export async function runInGuest(suite: string, line: KernelLine): Promise<SuiteResult> {
  return measure(suite, line, () =>
    withScratch(async (scratch) => {
      const files = findTestFiles(suite);
      if (files.length === 0) return reportOf(noTests(suite));
      const output = new PrefixedOutput(`[${line}] `);
      const args = nodeTestArguments({
        files,
        eventsPath: '/out/events.jsonl',
        timeoutMs: GUEST_TEST_TIMEOUT_MS * patienceFor(suite),
        serial: true,
        // Reading the map of every module takes a quarter of the start of a test file.
        sourceMaps: false,
      });
      const result = await runGuest({
        kernel: line,
        command: ['node', ...args],
        cwd: CHECKOUT,
        memoryMb: GUEST_MEMORY_MB,
        timeoutMs: GUEST_TIMEOUT_MS * patienceFor(suite),
        environment: {
          WARDER_REQUIRE: 'all',
          NODE_COMPILE_CACHE: GUEST_COMPILE_CACHE,
          NODE_OPTIONS: `--import=${QUICK_MODULES}`,
        },
        outDirectory: scratch,
        onOutput: (chunk) => output.write(chunk),
      });
      output.close();
      return judgeEnd(suite, readReport(join(scratch, 'events.jsonl')), describeEnd(result));
    }),
  );
}

function patienceFor(suite: string): number {
  return suite === 'long' ? LONG_PATIENCE : 1;
}

interface HostRun {
  readonly kernel: string;
  readonly serial: boolean;
  readonly coverage: boolean;
}

function runOnHost(suite: string, run: HostRun): Promise<SuiteResult> {
  return measure(suite, run.kernel, () =>
    withScratch(async (scratch) => {
      const files = findTestFiles(suite);
      if (files.length === 0) return reportOf(noTests(suite));
      const eventsPath = join(scratch, 'events.jsonl');
      const timeoutMs = HOST_TEST_TIMEOUT_MS * patienceFor(suite);
      const { serial } = run;
      const args = nodeTestArguments({ files, eventsPath, timeoutMs, serial, sourceMaps: true });
      const ended = await runCommand(
        run.coverage ? withCoverage(args) : { program: process.execPath, args },
      );
      return judgeEnd(suite, readReport(eventsPath), ended ? '' : 'the run ended with an error');
    }),
  );
}

function withCoverage(args: readonly string[]): { program: string; args: readonly string[] } {
  const reports = ['--reporter=text-summary', '--reporter=lcov', '--reports-dir=coverage'];
  const scope = ['--all', '--src=src', '--include=src/**', '--exclude-after-remap'];
  return { program: 'c8', args: [...reports, ...scope, process.execPath, ...args] };
}

/** A bad end that no failed test explains is a failure of its own, and so is a run of nothing. */
function judgeEnd(suite: string, report: TestReport, problem: string): TestReport {
  const { outcomes, files } = report;
  const explained = outcomes.some((outcome) => outcome.outcome === 'failed');
  if (problem !== '' && !explained) {
    return { outcomes: [...outcomes, outcomeOf(`${suite} run`, false, problem)], files };
  }
  return outcomes.length === 0 ? reportOf(noTests(suite)) : report;
}

function reportOf(...outcomes: readonly TestOutcome[]): TestReport {
  return { outcomes, files: [] };
}

function noTests(suite: string): TestOutcome {
  return outcomeOf(`${suite} run`, false, 'no test ran');
}

function describeEnd(result: GuestResult): string {
  if (result.reason === 'exited') return result.exitCode === 0 ? '' : `exit ${result.exitCode}`;
  const tail = result.consoleLog.trimEnd().split('\n').slice(-CONSOLE_TAIL_LINES).join('\n');
  process.stdout.write(`guest ${result.release}: ${result.reason}\n${tail}\n`);
  return `guest ${result.reason.replace('_', ' ')}`;
}

async function checkCFormat(): Promise<boolean> {
  const files = C_ROOTS.flatMap(listCFiles);
  if (files.length === 0) return true;
  const args = ['--dry-run', '-Werror', ...files];
  return runCommand({ program: 'clang-format', args });
}

/** Folders named `generated` and `vendor` hold code nobody formats by hand. */
function listCFiles(root: string): readonly string[] {
  try {
    return readdirSync(join(CHECKOUT, root), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.[ch]$/.test(name) && !/(^|\/)(generated|vendor|vmlinux)/.test(name))
      .map((name) => join(root, name));
  } catch {
    return [];
  }
}

async function measure(
  suite: string,
  kernel: string,
  run: () => Promise<TestReport>,
): Promise<SuiteResult> {
  const startedAt = performance.now();
  const report = await run();
  return { suite, kernel, ...report, elapsedMs: performance.now() - startedAt };
}

async function withScratch<T>(run: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'warder-tests-'));
  try {
    return await run(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
