/** Detections of an agent, which may begin while it runs, and whose rules may become others. */
import type { LineListener, RuleReloadResult } from '../model/agent-api.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { CodedError } from '../model/errors.ts';
import type { Event } from '../model/event.ts';
import type { Publisher } from '../model/pipeline.ts';
import type { ResponseApi, ResponseHandler } from '../model/response.ts';
import type { DetectionStats, RuleReloadStats } from '../model/stats.ts';
import type { LoadProblem } from '../rules/index.ts';
import { type DetectionsFactory, loadDetections } from './agent-factories.ts';
import type { DetectionSetup, ReadRules } from './agent-options.ts';
import type { Detections } from './detections.ts';
import type { DetectionsOptions } from './detections-options.ts';
import { CliError } from './errors.ts';
import type { EventSourceOptions } from './event-sources.ts';
import { SerialQueue } from './serial-queue.ts';
import { withoutSources } from './without-sources.ts';

const NOTHING: DetectionSetup = { rules: [], detectorFiles: [], findingsPerSecond: 1 };

/** Before whoever listens to events; without rules and detectors, those go on as they are. */
export class AgentDetections implements Publisher {
  readonly #options: DetectionsOptions;
  readonly #rest: Publisher;
  readonly #reloads = new SerialQueue();
  #counts: RuleReloadStats = { loadedAt: now(), taken: 0, refused: 0 };
  #detections: Detections | undefined;
  #responses: (ResponseHandler & ResponseApi) | undefined;
  #sensors: EventSourceOptions | undefined;
  #isClosed = false;

  /** Without a factory nothing is looked for, until rules are read again and there are some. */
  constructor(options: DetectionsOptions, open: DetectionsFactory | undefined) {
    this.#options = options;
    this.#rest = withoutSources(options.next);
    this.#detections = open?.(options);
  }

  /** Answers findings from now on. */
  respondBy(responses: ResponseHandler & ResponseApi): void {
    this.#responses = responses;
    this.#detections?.respondBy(responses);
  }

  /** Takes up what the agent before remembered; before the first event. */
  restore(): void {
    this.#detections?.restore();
  }

  /** Loads detectors, and attaches the hooks that they and the rules need. */
  async start(sensors: EventSourceOptions): Promise<void> {
    await this.#detections?.load();
    this.#sensors = sensors;
    this.#detections?.start(sensors);
  }

  /** After the reload before it; see `AgentApi`. `read` gives what is to be in force. */
  reload(read: ReadRules): Promise<RuleReloadResult> {
    const { logger } = this.#options;
    return this.#reloads.run(async () => {
      try {
        const { setup, files } = await read();
        const diagnostics = files.flatMap((file) => file.diagnostics);
        return this.#settle(setup, await this.#take(setup, diagnostics));
      } catch (error) {
        this.#refuse(error instanceof CodedError ? `${error.code}: ${error.message}` : 'it failed');
        if (!(error instanceof CodedError)) logger.error({ error }, 'rules could not be replaced');
        throw error;
      }
    });
  }

  publish(batch: readonly Event[]): void {
    (this.#detections ?? this.#rest).publish(batch);
  }

  /** Whether something is looked for. */
  get isOpen(): boolean {
    return this.#detections !== undefined;
  }

  record(listener: LineListener): () => void {
    return this.#detections?.record(listener) ?? (() => undefined);
  }

  /** Undefined while nothing is looked for. */
  stats(): DetectionStats | undefined {
    return this.#detections && { ...this.#detections.stats(), reloads: this.#counts };
  }

  /** Resolves when no reload is under way; there is none any more. */
  async stopReloads(): Promise<void> {
    this.#isClosed = true;
    await this.#reloads.run(() => undefined);
  }

  async close(): Promise<void> {
    await this.#detections?.close();
  }

  /** Puts it in force, when there is no mistake; gives what is wrong, warnings too. */
  async #take(
    setup: DetectionSetup,
    diagnostics: readonly Diagnostic[],
  ): Promise<readonly Diagnostic[]> {
    if (diagnostics.some(isError)) return diagnostics;
    if (this.#isClosed || this.#sensors === undefined) {
      throw new CliError('CONFIG_REFUSED', 'rules are not read again: the agent is closing');
    }
    const detections = this.#detections ?? (await this.#openLater(setup, this.#sensors));
    let problems: readonly LoadProblem[] | undefined;
    try {
      problems = (await detections?.change(setup)) ?? [];
    } finally {
      if (problems?.length === 0) this.#detections = detections;
      else if (this.#detections === undefined) await detections?.close();
    }
    const mistakes = problems.map(({ file, code, message }): Diagnostic => {
      const location = { file, line: 1, column: 1, start: 0, end: 0 };
      return { code, severity: 'error', message, location };
    });
    return [...diagnostics, ...mistakes];
  }

  /** Undefined when there is still nothing to look for. */
  async #openLater(
    { rules, detectorFiles }: DetectionSetup,
    sensors: EventSourceOptions,
  ): Promise<Detections | undefined> {
    if (rules.length === 0 && detectorFiles.length === 0) return undefined;
    const open = await loadDetections();
    const detections = open({ ...this.#options, ...NOTHING });
    if (this.#responses !== undefined) detections.respondBy(this.#responses);
    detections.start(sensors);
    return detections;
  }

  #settle(
    { rules, detectorFiles }: DetectionSetup,
    diagnostics: readonly Diagnostic[],
  ): RuleReloadResult {
    const { logger } = this.#options;
    for (const { severity, code, message, location } of diagnostics) {
      logger[severity === 'error' ? 'error' : 'warn']({ code, place: placeOf(location) }, message);
    }
    const [first, ...others] = diagnostics.filter(isError);
    if (first !== undefined) {
      const more = others.length === 0 ? '' : `, and ${others.length} more`;
      this.#refuse(`${placeOf(first.location)}: ${first.message} [${first.code}]${more}`);
      return { kind: 'rejected', diagnostics };
    }
    const counts = { rules: rules.length, detectors: detectorFiles.length };
    const { taken, refused } = this.#counts;
    this.#counts = { loadedAt: now(), taken: taken + 1, refused };
    logger.info(counts, 'rules were read again, and are in force');
    return { kind: 'loaded', ...counts, diagnostics };
  }

  #refuse(reason: string): void {
    const { loadedAt, taken, refused } = this.#counts;
    const lastRefused = { at: now(), reason };
    this.#counts = { loadedAt, taken, refused: refused + 1, lastRefused };
    this.#options.logger.error(
      { reason },
      'rules were read again and refused; they stay as they were',
    );
  }
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}

function placeOf({ file, line, column }: Diagnostic['location']): string {
  return `${file}:${line}:${column}`;
}

function now(): string {
  return new Date().toISOString();
}
