/** One thread of detectors, from its start to its end, and the watch over it. */
import { Worker } from 'node:worker_threads';
import { describeError } from './detector-run.ts';
import type { DetectorFailure } from './head.ts';
import type { DetectorLimits } from './limits.ts';
import { Progress, type ProgressMark } from './progress.ts';
import type { FromThread, SavedState, ToThread } from './protocol.ts';
import { findExcess } from './thread-memory.ts';

/** Why there is no thread any more. */
export interface WorkerEnd extends DetectorFailure {
  /** Whose code was running; undefined when none was. */
  readonly file: string | undefined;
}

export interface DetectorWorkerOptions {
  readonly files: readonly string[];
  readonly states: readonly SavedState[];
  readonly limits: DetectorLimits;
  readonly onMessage: (message: FromThread) => void;
  /** Called once at most, and not after `close`. */
  readonly onEnd: (end: WorkerEnd) => void;
}

/** How often the thread is looked at while it has something to do. */
const WATCH_MS = 20;
/**
 * The engine ends the whole process when one step of the code asks for more than there is. So there
 * is more than detectors may take, and the watch ends them before.
 */
const HEAP_SHARE = 4;
/** While code of a run is, so is much that it does not hold any more. */
const RUN_SHARE = 2;
/** Depth of calls. */
const STACK_MB = 4;

const IDLE: ProgressMark = { step: -1, file: -1 };

/** Answers come in the order of the messages. */
export class DetectorWorker {
  readonly #options: DetectorWorkerOptions;
  readonly #progress = new Progress();
  readonly #worker: Worker;
  readonly #watch: NodeJS.Timeout;
  /** Messages that are not answered; the first is that it has loaded. */
  #unanswered = 1;
  #isLoaded = false;
  #hasEnded = false;
  #isLookingAtMemory = false;
  #seen = IDLE;
  #seenMs = 0;
  #lookedMs = performance.now();

  constructor(options: DetectorWorkerOptions) {
    this.#options = options;
    this.#worker = startWorker(options, this.#progress);
    this.#worker.on('message', (message: FromThread) => this.#receive(message));
    this.#worker.on('error', (error) => this.#endByError(error));
    this.#worker.on('exit', () => this.#end('RULE_DETECTOR_ENDED', 'it ended the thread'));
    this.#watch = setInterval(() => this.#look(), WATCH_MS);
    this.#watch.unref();
  }

  post(message: ToThread): void {
    if (message.kind !== 'plan') this.#unanswered += 1;
    this.#worker.postMessage(message);
  }

  /** Ends the thread, whatever it does. */
  close(): void {
    this.#hasEnded = true;
    clearInterval(this.#watch);
    this.#worker.removeAllListeners('message');
    // It ends when it does: one that is stuck in the engine itself must not hold up the others.
    void this.#worker.terminate();
  }

  #receive(message: FromThread): void {
    if (this.#hasEnded) return;
    this.#unanswered -= 1;
    if (message.kind === 'loaded') this.#isLoaded = true;
    this.#options.onMessage(message);
  }

  /**
   * The time that the same run was seen for. A tick that comes late counts as one: it was this
   * process that stood still, perhaps with all its threads.
   */
  #look(): void {
    const now = performance.now();
    const passedMs = Math.min(now - this.#lookedMs, 2 * WATCH_MS);
    this.#lookedMs = now;
    if (this.#unanswered === 0) return;
    const mark = this.#progress.read();
    const isSame = mark.file >= 0 && mark.step === this.#seen.step;
    this.#seenMs = isSame ? this.#seenMs + passedMs : 0;
    this.#seen = mark;
    if (isSame) void this.#lookAtMemory(mark);
    const { stuckMs, loadMs } = this.#options.limits;
    const limitMs = this.#isLoaded ? stuckMs : loadMs;
    if (this.#seenMs <= limitMs) return;
    this.#end('RULE_DETECTOR_STUCK', `it did not come back within ${limitMs} ms`);
  }

  /** While a run lasts, nobody else looks. The engine answers between two steps of the code. */
  async #lookAtMemory(mark: ProgressMark): Promise<void> {
    if (this.#isLookingAtMemory) return;
    this.#isLookingAtMemory = true;
    const use = await this.#worker.getHeapStatistics().catch(() => undefined);
    this.#isLookingAtMemory = false;
    const excess = use && findExcess(use, this.#options.limits.memoryMb * RUN_SHARE);
    if (excess === undefined || this.#progress.read().step !== mark.step) return;
    this.#end('RULE_DETECTOR_MEMORY', excess);
  }

  #endByError(error: unknown): void {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
      this.#end('RULE_DETECTOR_MEMORY', 'the heap had no room left');
    } else {
      this.#end('RULE_DETECTOR_ENDED', describeError(error));
    }
  }

  #end(code: WorkerEnd['code'], message: string): void {
    if (this.#hasEnded) return;
    const { file } = this.#progress.read();
    this.close();
    this.#options.onEnd({ code, message, file: this.#options.files[file] });
  }
}

function startWorker({ files, states, limits }: DetectorWorkerOptions, progress: Progress): Worker {
  const worker = new Worker(new URL('./detector-thread.js', import.meta.url), {
    name: 'warder-detectors',
    workerData: { files, states, limits, progress: progress.buffer },
    resourceLimits: {
      maxOldGenerationSizeMb: limits.memoryMb * HEAP_SHARE,
      maxYoungGenerationSizeMb: Math.max(1, limits.memoryMb / 8),
      stackSizeMb: STACK_MB,
    },
    // Nothing of the agent's surroundings, and nobody who reads what is printed.
    env: {},
    argv: [],
    execArgv: [],
    stdin: false,
    stdout: true,
    stderr: true,
  });
  worker.stdout.resume();
  worker.stderr.resume();
  return worker;
}
