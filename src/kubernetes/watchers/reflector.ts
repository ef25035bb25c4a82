/**
 * Keeps a listener up to date with the objects of an API server: a list, then a watch from its
 * version on, which goes on where it was when the connection breaks.
 */
import type { LogFields, Logger } from '../../model/log.ts';
import type { SourceState } from '../../model/pod.ts';
import type { ApiClient } from '../api/api-client.ts';
import { Backoff } from '../api/backoff.ts';
import { Deadline, pause } from '../api/deadline.ts';
import { identityOf, type ObjectIdentity } from '../api/fields.ts';
import { KubernetesError } from '../errors.ts';
import { type Collection, readList } from './list-pages.ts';
import { SourceStatus } from './source-status.ts';
import type { WatchTiming } from './timing.ts';
import { readWatchEvent, type WatchEvent } from './watch-event.ts';

/** What a reflector keeps up to date. */
export interface Reflection<T> {
  /** For logs: `pods`. */
  readonly name: string;
  readonly collection: Collection;
  /** Cut down at once: the object itself is not kept. Does not throw, whatever it is given. */
  parse(object: unknown, identity: ObjectIdentity): T | undefined;
  replaceAll(items: readonly T[]): void;
  set(item: T): void;
  remove(identity: ObjectIdentity): void;
}

export interface ReflectorOptions {
  readonly api: ApiClient;
  readonly timing: WatchTiming;
  readonly log: Logger;
  readonly onState: (state: SourceState) => void;
}

/** Answers that make no sense are read from the same version again as often as this. */
const SAME_VERSION_TRIES_MAX = 3;
/** What keeps a watch silent may keep changes from it: then the list is the only truth. */
const SILENCES_MAX = 2;
const EARLY_ENDS_MAX = 2;
const LASTING_REFUSALS: ReadonlySet<number> = new Set([401, 403, 429]);

export class Reflector<T> {
  readonly #reflection: Reflection<T>;
  readonly #options: ReflectorOptions;
  readonly #status: SourceStatus;
  readonly #backoff: Backoff;
  readonly #closing = new AbortController();
  /** Of the last thing heard; undefined when all is to be listed again. */
  #version: string | undefined;
  /** Since the server was heard last. */
  #failures = 0;
  #senselessAnswers = 0;
  #silences = 0;
  #earlyEnds = 0;
  #done: Promise<void> | undefined;

  constructor(reflection: Reflection<T>, options: ReflectorOptions) {
    const { backoffFirstMs: firstMs, backoffMaxMs: maxMs } = options.timing;
    this.#reflection = reflection;
    this.#options = options;
    this.#backoff = new Backoff({ firstMs, maxMs });
    this.#status = new SourceStatus((state) => this.#tell(state));
  }

  get state(): SourceState {
    return this.#status.state;
  }

  /** Once only. */
  start(): void {
    this.#done ??= this.#run();
  }

  /** Nothing is told any more when this returns; it resolves when the connection is gone. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        if (this.#version === undefined) this.#version = await this.#list();
        await this.#watch(this.#version);
      } catch (error) {
        // Anything else is a mistake of the program, which ends it.
        if (!(error instanceof KubernetesError)) throw error;
        if (!signal.aborted) await pause(this.#fail(error), signal);
      }
    }
  }

  async #list(): Promise<string> {
    const { api, timing } = this.#options;
    const { collection } = this.#reflection;
    const { signal } = this.#closing;
    const items: T[] = [];
    const request = { api, collection, pageSize: timing.pageSize, signal };
    const version = await readList(request, (object) => {
      const item = this.#parse(object, identityOf(object));
      if (item !== undefined) items.push(item);
    });
    if (!signal.aborted) this.#reflection.replaceAll(items);
    return version;
  }

  /** Returns when the watch ended as it should, or was silent: that alone is no outage. */
  async #watch(version: string): Promise<void> {
    const { api, timing } = this.#options;
    const deadline = new Deadline(this.#closing.signal, timing.answerMs);
    let settling: NodeJS.Timeout | undefined;
    let isOpen = false;
    try {
      const lines = await api.openLines(this.#watchRequest(version), deadline);
      isOpen = true;
      deadline.restart(timing.silenceMs);
      if (this.#failures === 0) this.#succeed();
      else settling = setTimeout(() => this.#succeed(), timing.settleMs).unref();
      const openedAt = performance.now();
      let heard = 0;
      for await (const line of lines) {
        if (this.#closing.signal.aborted) return;
        this.#take(readWatchEvent(line));
        deadline.restart(timing.silenceMs);
        heard += 1;
      }
      clearTimeout(settling);
      const isEarly = heard === 0 && performance.now() - openedAt < timing.settleMs;
      await this.#judgeEnd(isEarly);
    } catch (error) {
      const isSilent = error instanceof KubernetesError && error.code === 'K8S_SERVER_SILENT';
      if (!isOpen || !isSilent) throw error;
      this.#log('debug', {}, 'begins a silent watch again');
      this.#silences += 1;
      if (this.#silences >= SILENCES_MAX) this.#version = undefined;
    } finally {
      clearTimeout(settling);
      deadline.close();
    }
  }

  /** Servers that stop end watches, also new ones; those that end all of them do not serve. */
  async #judgeEnd(isEarly: boolean): Promise<void> {
    this.#earlyEnds = isEarly ? this.#earlyEnds + 1 : 0;
    if (!isEarly) return;
    if (this.#earlyEnds > EARLY_ENDS_MAX) {
      throw new KubernetesError('K8S_SERVER_UNREACHABLE', 'watches end as soon as they begin');
    }
    await pause(this.#backoff.nextMs(0), this.#closing.signal);
  }

  #watchRequest(version: string) {
    const { path, fieldSelector } = this.#reflection.collection;
    const { watchSeconds } = this.#options.timing;
    const timeoutSeconds = Math.round(watchSeconds * (1 + Math.random()));
    const query = {
      watch: true,
      allowWatchBookmarks: true,
      resourceVersion: version,
      timeoutSeconds,
      fieldSelector,
    };
    return { path, query };
  }

  #take(event: WatchEvent): void {
    if (event.kind === 'set') {
      const item = this.#parse(event.object, event.identity);
      if (item !== undefined) this.#reflection.set(item);
    } else if (event.kind === 'removed') {
      this.#reflection.remove(event.identity);
    }
    this.#version = event.kind === 'bookmark' ? event.version : event.identity.resourceVersion;
    this.#silences = 0;
    this.#succeed();
  }

  /** One object that cannot be read is not a reason to hold up the others. */
  #parse(object: unknown, identity: ObjectIdentity | undefined): T | undefined {
    const item = identity && this.#reflection.parse(object, identity);
    if (item === undefined) this.#log('warn', { ...identity }, 'skips an object it cannot read');
    return item;
  }

  #succeed(): void {
    this.#failures = 0;
    this.#senselessAnswers = 0;
    this.#backoff.reset();
    this.#status.setFresh();
  }

  /** What to do next, and how long to wait before it. */
  #fail(error: KubernetesError): number {
    this.#failures += 1;
    const isExpired = error.code === 'K8S_VERSION_EXPIRED';
    if (isExpired || this.#isSenseless(error)) this.#version = undefined;
    // Expiry is part of the protocol, not an outage, unless it does not end.
    if (isExpired && this.#failures === 1) return 0;
    this.#status.setStale(`${error.code}: ${error.message}`);
    const delayMs = this.#backoff.nextMs(error.retryAfterMs);
    this.#log('debug', { code: error.code, delayMs }, error.message);
    return delayMs;
  }

  /** An answer that will be the same from this version: the server changed, or it is damaged. */
  #isSenseless({ code, status, isInStream }: KubernetesError): boolean {
    if (LASTING_REFUSALS.has(status)) return false;
    const isRefused = (status >= 400 && status < 500) || isInStream;
    if (code !== 'K8S_ANSWER_INVALID' && !isRefused) return false;
    this.#senselessAnswers += 1;
    return this.#senselessAnswers >= SAME_VERSION_TRIES_MAX;
  }

  #tell(state: SourceState): void {
    if (state.kind === 'stale') {
      this.#log('warn', { since: state.since, reason: state.reason }, 'lost the API server');
    } else {
      this.#log('info', {}, 'is up to date with the API server');
    }
    this.#options.onState(state);
  }

  #log(level: keyof Logger, fields: LogFields, message: string): void {
    this.#options.log[level]({ source: this.#reflection.name, ...fields }, message);
  }
}
