/** The agent as users start it, with what it prints thrown away; asked over its socket. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectAnswer } from '../../src/cli/api/client.ts';
import type { PolicyStatus } from '../../src/model/policy.ts';
import type { AgentStats } from '../../src/model/stats.ts';
import { repositoryRoot } from '../../test/support/root.ts';

const ROOT = repositoryRoot();
const START_MS_MAX = 30_000;
const STOP_MS_MAX = 10_000;
const POLL_MS = 50;
const PAGE_KIB = 1024;

/** What the kernel says about the memory of a process, in MiB. */
export interface MemoryUse {
  readonly rss: number;
  /** Heaps, stacks and other memory of its own; the rest of rss are pages of files and rings. */
  readonly anonymous: number;
}

/** A running agent; stop ends it by its pid and waits for its end. */
export class AgentProcess {
  /** Bytes of event lines so far. */
  outputBytes = 0;
  readonly #child: ChildProcess;
  readonly #socketPath: string;
  #log = '';

  private constructor(child: ChildProcess, socketPath: string) {
    this.#child = child;
    this.#socketPath = socketPath;
    child.stdout?.on('data', (chunk: Uint8Array) => {
      this.outputBytes += chunk.length;
    });
    child.stderr?.on('data', (chunk: Uint8Array) => {
      this.#log = `${this.#log}${chunk}`.slice(-10_000);
    });
  }

  /** Resolves when the agent answers; throws with its log when it does not. */
  static async start(directory: string, policies: readonly string[]): Promise<AgentProcess> {
    const socketPath = join(directory, 'agent.sock');
    const child = spawn(
      join(ROOT, 'bin/warder'),
      [
        'run',
        '--no-pins',
        ...['--output', 'json', '--socket', socketPath],
        ...policies.flatMap((policy) => ['--policy', policy]),
      ],
      { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const agent = new AgentProcess(child, socketPath);
    try {
      await agent.#answers();
      return agent;
    } catch (error) {
      await agent.stop();
      throw error;
    }
  }

  async stats(): Promise<AgentStats> {
    return (await this.#ask('/v1/status')) as AgentStats;
  }

  async policies(): Promise<readonly PolicyStatus[]> {
    const answer = (await this.#ask('/v1/policies')) as { policies: readonly PolicyStatus[] };
    return answer.policies;
  }

  memory(): MemoryUse {
    const text = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    const read = (name: string): number => {
      const kib = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1];
      return Number(kib) / PAGE_KIB;
    };
    return { rss: read('VmRSS'), anonymous: read('RssAnon') };
  }

  /** Asks it to stop, and ends it when it does not. */
  async stop(): Promise<void> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS_MAX);
    await exited;
    clearTimeout(timer);
  }

  #ask(path: string): Promise<unknown> {
    return expectAnswer({ socketPath: this.#socketPath, method: 'GET', path });
  }

  async #answers(): Promise<void> {
    const deadline = Date.now() + START_MS_MAX;
    for (;;) {
      try {
        await this.#ask('/healthz');
        return;
      } catch (cause) {
        const isOver = this.#child.exitCode !== null || Date.now() > deadline;
        if (isOver) throw new Error(`the agent did not start:\n${this.#log}`, { cause });
        await sleep(POLL_MS);
      }
    }
  }
}
