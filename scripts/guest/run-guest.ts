/** Boots a guest, runs one command in it and says how that ended. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareInitramfs } from './initramfs.ts';
import { type CachedKernel, findCachedKernel, type KernelLine } from './kernels.ts';
import { CONSOLE_FILE, qemuCommand } from './qemu.ts';

/** What to run, where, and for how long. */
export interface GuestOptions {
  readonly kernel: KernelLine;
  readonly command: readonly string[];
  /** Absolute; the guest sees the host's files at the same paths, in a copy that forgets writes. */
  readonly cwd: string;
  /** 1024 when absent. */
  readonly memoryMb?: number;
  /** Counted from the start of the boot. */
  readonly timeoutMs: number;
  /** Extra kernel parameters, such as `lsm=lockdown,yama`. */
  readonly append?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Host folder that is /out in the guest, kept afterwards; a temporary one when absent. */
  readonly outDirectory?: string;
  /** Output of the command (both streams, in order), as it appears. */
  readonly onOutput?: (chunk: Buffer) => void;
}

/**
 * How a guest ended. `died`: the kernel stopped before the command reported (a panic does this
 * quietly). `never_ready`: it did not come up, twice. The exit code is present with `exited` only.
 */
export interface GuestResult {
  readonly reason: 'exited' | 'timeout' | 'died' | 'never_ready';
  readonly exitCode: number | undefined;
  readonly consoleLog: string;
  readonly release: string;
  readonly elapsedMs: number;
}

const READY_TIMEOUT_MS = 90_000;
const READY_POLL_MS = 250;
const MEMORY_MB = 1024;

/**
 * Boots and runs. A guest that never became ready is booted once more; a command that started is
 * never repeated. Throws when the kernel was not fetched.
 */
export async function runGuest(options: GuestOptions): Promise<GuestResult> {
  const kernel = findCachedKernel(options.kernel);
  if (kernel === undefined) {
    throw new Error(`no ${options.kernel} kernel in the cache: run "node scripts/setup.mjs test"`);
  }
  const first = await runOnce(kernel, options);
  return first.reason === 'never_ready' ? runOnce(kernel, options) : first;
}

async function runOnce(kernel: CachedKernel, options: GuestOptions): Promise<GuestResult> {
  const out = options.outDirectory ?? mkdtempSync(join(tmpdir(), 'warder-guest-'));
  for (const stale of ['ready', 'status', CONSOLE_FILE]) rmSync(join(out, stale), { force: true });
  try {
    writeFileSync(join(out, 'command.sh'), commandScript(options));
    const startedAt = performance.now();
    const timedOut = await bootAndWait(kernel, options, out);
    return {
      ...readOutcome(out, timedOut),
      ...{ release: kernel.release, elapsedMs: performance.now() - startedAt },
    };
  } finally {
    if (options.outDirectory === undefined) rmSync(out, { recursive: true, force: true });
  }
}

/** Resolves when the machine is off: true when it had to be stopped. */
function bootAndWait(kernel: CachedKernel, options: GuestOptions, out: string): Promise<boolean> {
  const [program, args] = qemuCommand({
    image: kernel.image,
    initramfs: prepareInitramfs(kernel),
    memoryMb: options.memoryMb ?? MEMORY_MB,
    append: options.append ?? '',
    outDirectory: out,
  });
  return new Promise((resolve, reject) => {
    // Input stays an open pipe: with a closed one the port counts as unplugged, and the guest's
    // first write to it blocks for ever.
    const machine = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const watch = watchDeadlines(out, options.timeoutMs, () => machine.kill('SIGKILL'));
    machine.stdout.on('data', (chunk: Buffer) => options.onOutput?.(chunk));
    machine.on('error', (cause) => {
      watch.stop();
      reject(new Error('cannot start qemu: is qemu-system-x86 installed?', { cause }));
    });
    machine.on('close', () => resolve(watch.stop()));
  });
}

/** Calls `expire` when the guest is late to come up or to end; `stop` tells if it was called. */
function watchDeadlines(
  out: string,
  timeoutMs: number,
  expire: () => void,
): { readonly stop: () => boolean } {
  let expired = false;
  const fire = (): void => {
    expired = true;
    expire();
  };
  const total = setTimeout(fire, timeoutMs);
  const boot = setTimeout(fire, Math.min(READY_TIMEOUT_MS, timeoutMs));
  const poll = setInterval(() => {
    if (!existsSync(join(out, 'ready'))) return;
    clearTimeout(boot);
    clearInterval(poll);
  }, READY_POLL_MS);
  const stop = (): boolean => {
    clearTimeout(total);
    clearTimeout(boot);
    clearInterval(poll);
    return expired;
  };
  return { stop };
}

/** QEMU's own exit code says nothing: a panic ends it with 0. Only the status file counts. */
function readOutcome(
  out: string,
  timedOut: boolean,
): Pick<GuestResult, 'reason' | 'exitCode' | 'consoleLog'> {
  const consoleLog = readText(join(out, CONSOLE_FILE)) ?? '';
  const status = readText(join(out, 'status'))?.trim() ?? '';
  if (/^\d+$/.test(status)) return { reason: 'exited', exitCode: Number(status), consoleLog };
  const lost = timedOut ? 'timeout' : 'died';
  const reason = existsSync(join(out, 'ready')) ? lost : 'never_ready';
  return { reason, exitCode: undefined, consoleLog };
}

function readText(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'latin1') : undefined;
}

/** Handed over as a file, so that no quoting rules of a boot loader apply. */
function commandScript(options: GuestOptions): string {
  const environment = { WARDER_GUEST: options.kernel, ...options.environment };
  const exports = Object.entries(environment).map(
    ([name, value]) => `export ${name}=${quote(value)}`,
  );
  return [
    `cd ${quote(options.cwd)} || exit 126`,
    `export PATH=${quote(join(options.cwd, 'node_modules', '.bin'))}:"$PATH"`,
    ...exports,
    `exec ${options.command.map(quote).join(' ')}`,
    '',
  ].join('\n');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
