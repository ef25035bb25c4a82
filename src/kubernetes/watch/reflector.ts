/**
 * Follows one kind of object at an API server: a list, and then the changes since that list. What
 * is known stays known while the server is away. The protocol is that of Kubernetes' "Efficient
 * detection of changes".
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../model/log.ts';
import type { SourceState } from '../../model/pod.ts';
import { KubernetesError } from '../errors.ts';
import type { ApiReader, Query } from './api-reader.ts';

/** Objects of one page: some MiB of pods. */
const PAGE_SIZE = '500';

/** Waits between tries: from the first to the last, half of each by chance. */
const BACKOFF_MS_MIN = 250;
const BACKOFF_MS_MAX = 30_000;

/** Lines in a row that are no changes, after which the list is read anew. */
const INVALID_MAX = 3;

/** The server ends a watch by itself after that, which spreads agents over servers. */
const WATCH_SECONDS = 300;

export interface Resource<T> {
  /** `/api/v1/pods`. */
  readonly path: string;
  readonly query?: Query | undefined;
  /** What is kept of an object; undefined for what is none of these. */
  read(object: unknown): T | undefined;
}

export interface ReflectorListener<T> {
  replace(items: readonly T[]): void;
  set(item: T): void;
  remove(item: T): void;
  state(state: SourceState): void;
}

export interface ReflectorOptions<T> {
  readonly reader: ApiReader;
  readonly resource: Resource<T>;
  readonly listener: ReflectorListener<T>;
  readonly logger: Logger;
  /** Shortens waits, for tests; 1 when left out. */
  readonly waitFactor?: number | undefined;
}

interface Change {
  readonly type: string;
  readonly object: unknown;
}

/** One list and watch. Never throws: what goes wrong is a state, and is tried again. */
export class Reflector<T> {
  readonly #options: ReflectorOptions<T>;
  readonly #end = new AbortController();
  /** Up to which changes are known; undefined before a list. */
  #version: string | undefined;
  #failures = 0;
  #invalid = 0;
  /** Lists in a row of which no change was read. */
  #gone = 0;
  #staleSince: string | undefined;
  #isFresh = false;
  #done: Promise<void> | undefined;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
  }

  start(): void {
    this.#options.listener.state({ kind: 'starting' });
    this.#done ??= this.#run();
  }

  /** Ends connections and waits; nothing is told afterwards. */
  async close(): Promise<void> {
    this.#end.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    while (!this.#end.signal.aborted) {
      try {
        if (this.#version === undefined) await this.#list();
        await this.#watch();
      } catch (error) {
        if (this.#end.signal.aborted) return;
        await this.#recover(error);
      }
    }
  }

  async #list(): Promise<void> {
    const { reader, resource, listener } = this.#options;
    const items: T[] = [];
    let next: string | undefined = '';
    let version = '';
    while (next !== undefined) {
      const query: Query = {
        ...resource.query,
        limit: PAGE_SIZE,
        ...(next === '' ? {} : { continue: next }),
      };
      const page = readPage(await reader.read(resource.path, query, this.#end.signal));
      for (const object of page.items) {
        const item = resource.read(object);
        if (item !== undefined) items.push(item);
      }
      version = page.version;
      next = page.next;
    }
    if (this.#end.signal.aborted) return;
    this.#version = version;
    listener.replace(items);
    this.#refreshed();
  }

  async #watch(): Promise<void> {
    const { reader, resource } = this.#options;
    const query: Query = {
      ...resource.query,
      resourceVersion: this.#version ?? '',
      allowWatchBookmarks: 'true',
      timeoutSeconds: String(Math.round(WATCH_SECONDS * (1 + Math.random()))),
    };
    const started = performance.now();
    for await (const line of reader.watch(resource.path, query, this.#end.signal)) {
      if (this.#end.signal.aborted) return;
      this.#take(readChange(line));
      this.#invalid = 0;
      this.#gone = 0;
      this.#refreshed();
    }
    this.#refreshed();
    // A server that hangs up at once would be asked without end.
    const rest = BACKOFF_MS_MIN - (performance.now() - started);
    if (rest > 0) await this.#wait(rest);
  }

  #take({ type, object }: Change): void {
    const { resource, listener } = this.#options;
    if (type === 'ERROR') throw errorOf(object);
    const version = versionOf(object);
    const item = type === 'BOOKMARK' ? undefined : resource.read(object);
    if (item !== undefined && type === 'DELETED') listener.remove(item);
    else if (item !== undefined) listener.set(item);
    this.#version = version;
  }

  async #recover(error: unknown): Promise<void> {
    const failure = asKubernetesError(error);
    if (failure.code === 'K8S_ANSWER_INVALID') this.#invalid += 1;
    const isGone = failure.status === 410;
    // Changes may be missing that were in the lines that could not be read.
    if (isGone || this.#invalid >= INVALID_MAX) {
      this.#version = undefined;
      this.#invalid = 0;
    }
    this.#failures += 1;
    // A list that has grown too old is an ordinary thing, unless the next one is, too.
    if (isGone) this.#gone += 1;
    if (isGone && this.#gone === 1) return;
    this.#stale(failure);
    const backoff = Math.min(
      BACKOFF_MS_MAX,
      BACKOFF_MS_MIN * 2 ** Math.min(this.#failures - 1, 16),
    );
    await this.#wait(Math.max(failure.retryAfterMs, backoff * (0.5 + Math.random() / 2)));
  }

  #refreshed(): void {
    const { listener, logger, resource } = this.#options;
    this.#failures = 0;
    if (this.#isFresh) return;
    this.#isFresh = true;
    if (this.#staleSince !== undefined) logger.info({ path: resource.path }, 'is followed again');
    this.#staleSince = undefined;
    listener.state({ kind: 'fresh' });
  }

  #stale(failure: KubernetesError): void {
    const { listener, logger, resource } = this.#options;
    this.#isFresh = false;
    if (this.#staleSince === undefined) {
      this.#staleSince = new Date().toISOString();
      const { code, message: reason } = failure;
      logger.warn({ path: resource.path, code, reason }, 'is not followed now, and tried again');
    }
    listener.state({ kind: 'stale', since: this.#staleSince, reason: failure.message });
  }

  async #wait(ms: number): Promise<void> {
    const { waitFactor = 1 } = this.#options;
    try {
      await sleep(ms * waitFactor, undefined, { ref: false, signal: this.#end.signal });
    } catch {
      // Closed meanwhile.
    }
  }
}

interface Page {
  readonly items: readonly unknown[];
  readonly version: string;
  readonly next: string | undefined;
}

function readPage(answer: unknown): Page {
  const { items, metadata } = { items: undefined, metadata: undefined, ...Object(answer) };
  const { resourceVersion, continue: next } = { ...Object(metadata) };
  // A list without items is `null` in what some servers write.
  if ((items !== null && !Array.isArray(items)) || typeof resourceVersion !== 'string') {
    throw new KubernetesError('K8S_ANSWER_INVALID', 'the answer is no list');
  }
  const isMore = typeof next === 'string' && next !== '';
  return { items: items ?? [], version: resourceVersion, next: isMore ? next : undefined };
}

function readChange(line: unknown): Change {
  const { type, object } = { type: undefined, object: undefined, ...Object(line) };
  if (typeof type !== 'string' || typeof object !== 'object' || object === null) {
    throw new KubernetesError('K8S_ANSWER_INVALID', 'a line is no change');
  }
  return { type, object };
}

function versionOf(object: unknown): string {
  const { resourceVersion } = { ...Object(Object(object).metadata) };
  if (typeof resourceVersion === 'string' && resourceVersion !== '') return resourceVersion;
  throw new KubernetesError('K8S_ANSWER_INVALID', 'a change has no version');
}

/** A change that is a Status. */
function errorOf(object: unknown): KubernetesError {
  const { code, message } = { ...Object(object) };
  const status = typeof code === 'number' ? code : 0;
  return new KubernetesError('K8S_REFUSED', `${status} ${message ?? ''}`.trim(), { status });
}

function asKubernetesError(error: unknown): KubernetesError {
  if (error instanceof KubernetesError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new KubernetesError('K8S_AWAY', message, { cause: error });
}
