/** The thread of the detectors: loads their files, and shows them events until it is ended. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { assert, assertNever } from '../../../model/errors.ts';
import { DetectorRun, type WorkClock } from './detector-run.ts';
import type { DetectorHead, LoadProblem } from './head.ts';
import { loadDetector } from './load-detector.ts';
import { restrictImports } from './module-rules.ts';
import { Progress } from './progress.ts';
import type {
  DetectorReport,
  EmittedFinding,
  EventRow,
  FromThread,
  SavedState,
  ThreadData,
  ToThread,
} from './protocol.ts';
import { HeldMemory } from './thread-memory.ts';

const US_PER_MS = 1000;

interface Running {
  readonly run: DetectorRun;
  /** Position among the files. */
  readonly file: number;
}

class DetectorThread {
  readonly #data: ThreadData;
  readonly #memory: HeldMemory;
  readonly #progress: Progress;
  readonly #running: Running[] = [];
  #isFull = false;

  constructor(data: ThreadData) {
    this.#data = data;
    this.#memory = new HeldMemory(data.limits.memoryMb);
    this.#progress = new Progress(data.progress);
  }

  async load(): Promise<FromThread> {
    const detectors: DetectorHead[] = [];
    const problems: LoadProblem[] = [];
    for (const [position, file] of this.#data.files.entries()) {
      this.#progress.enter(position);
      const loaded = await loadDetector(file);
      this.#progress.leave();
      if ('code' in loaded) {
        problems.push(loaded);
        continue;
      }
      const { head } = loaded.detector;
      const first = detectors.find(({ id }) => id === head.id);
      if (first !== undefined) {
        const message = `${head.id} is the id of ${first.file} already`;
        problems.push({ file, code: 'RULE_DETECTOR_REPEATED', message });
        continue;
      }
      detectors.push({ ...head, file, fileHash: loaded.fileHash });
      this.#start(new DetectorRun(loaded.detector, this.#data.limits), position);
    }
    return { kind: 'loaded', detectors, problems };
  }

  answer(message: ToThread): FromThread | undefined {
    switch (message.kind) {
      case 'plan':
        for (const { run } of this.#running) run.setPlan(message.plan);
        return undefined;
      case 'batch':
        return { ...this.#detect(message.rows), kind: 'batch', number: message.number };
      case 'save':
        return this.#save();
      default:
        return assertNever(message);
    }
  }

  #start(run: DetectorRun, file: number): void {
    const saved = this.#data.states.find(({ id }) => id === run.head.id);
    if (saved !== undefined) run.restore(saved);
    this.#running.push({ run, file });
  }

  #detect(rows: readonly EventRow[]): {
    readonly findings: readonly EmittedFinding[];
    readonly reports: readonly DetectorReport[];
  } {
    const findings: EmittedFinding[] = [];
    for (const { run, file } of this.#running) {
      if (!run.isRunning) continue;
      this.#progress.enter(file);
      findings.push(...run.run(rows, createWorkClock(this.#data.limits.budgetMs)));
      this.#progress.leave();
      this.#checkMemory(run);
    }
    return { findings, reports: this.#report() };
  }

  /**
   * Whoever crosses the line is to blame, which is nearly always who goes on and on. It holds what
   * it holds until the thread ends, so the others are not looked at any more.
   */
  #checkMemory(run: DetectorRun): void {
    if (this.#isFull) return;
    const excess = this.#memory.findExcess();
    if (excess === undefined) return;
    this.#isFull = true;
    run.fail('RULE_DETECTOR_MEMORY', excess);
  }

  #save(): FromThread {
    const states: SavedState[] = [];
    for (const { run, file } of this.#running) {
      this.#progress.enter(file);
      const state = run.save();
      this.#progress.leave();
      if (state !== undefined) states.push(state);
    }
    return { kind: 'saved', states, reports: this.#report() };
  }

  #report(): readonly DetectorReport[] {
    return this.#running.map(({ run }) => run.report());
  }
}

/** Time on a CPU, which costs a call of the system: asked for when time on the clock is over. */
function createWorkClock(budgetMs: number): WorkClock {
  const startMs = performance.now();
  const startUs = threadUs();
  return () => {
    const passedMs = performance.now() - startMs;
    return passedMs <= budgetMs ? passedMs : (threadUs() - startUs) / US_PER_MS;
  };
}

function threadUs(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

/** What a detector leaves behind, a timer or a promise, must not end the others. */
function keepRunning(): void {
  const ignore = (): void => undefined;
  process.on('uncaughtException', ignore);
  process.on('unhandledRejection', ignore);
  process.exit = (): never => {
    throw new Error('a detector cannot end the thread of all detectors');
  };
}

/** What is printed has no reader. */
function silence(): void {
  const drop = (): boolean => true;
  process.stdout.write = drop;
  process.stderr.write = drop;
}

/** Loads, says so, and takes messages; those that came earlier have waited. */
async function serve(port: MessagePort, data: ThreadData): Promise<void> {
  const thread = new DetectorThread(data);
  port.postMessage(await thread.load());
  port.on('message', (message: ToThread) => {
    const answer = thread.answer(message);
    if (answer !== undefined) port.postMessage(answer);
  });
}

assert(parentPort !== null, 'detectors run in a thread of their own');
keepRunning();
silence();
restrictImports();
void serve(parentPort, workerData as ThreadData);
