/**
 * Writes what became of policies into their objects: an entry for this node, which nobody else
 * writes, and from the entries of all nodes a summary, which the last to write an entry makes.
 */
import type {
  ClusterPolicyStatus,
  ClusterPolicyStatusListener,
} from '../../model/cluster-policy-status.ts';
import type { StatusErrorCode } from './errors.ts';
import { PacedQueue, type WriterOptions } from './paced-queue.ts';
import { type ApiFailure, attempt, ifFound, oddAnswer } from './policy-objects.ts';
import { ENTRIES_MAX, HEALTHY_ENTRIES_MAX } from './status-bounds.ts';
import { readStatusDocument, type StatusDocument } from './status-document.ts';
import {
  isHealthy,
  isSameButCounts,
  isSameEntry,
  makeEntry,
  type NodeEntry,
} from './status-entry.ts';
import { newStatusSlot, type StatusSlot, type StatusWriterStats } from './status-slot.ts';
import { summarise, toTime } from './status-summary.ts';

/** Objects that are written about; those of one more are not. */
const OBJECTS_MAX = 4096;

/** Somebody else wrote in between so often: the last of them makes the summary. */
const SUMMARY_ATTEMPTS_MAX = 5;

/** The same request would be answered the same. */
const REFUSALS: readonly number[] = [400, 413, 422];

/** Keeps the statuses of objects as they were reported last. Reports never wait. */
export class StatusWriter implements ClusterPolicyStatusListener {
  readonly #options: WriterOptions;
  readonly #queue: PacedQueue;
  readonly #slots = new Map<string, StatusSlot>();
  readonly #stats = {
    written: 0,
    unchanged: 0,
    summarised: 0,
    failed: 0,
    refused: 0,
    gone: 0,
    omitted: 0,
  };

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#queue = new PacedQueue(options, (uid) => this.#work(uid));
  }

  get stats(): StatusWriterStats {
    return { ...this.#stats };
  }

  reportStatus(status: ClusterPolicyStatus): void {
    const { uid } = status.object;
    const before = this.#slots.get(uid);
    if (before === undefined && this.#slots.size >= OBJECTS_MAX) {
      this.#stats.omitted += 1;
      return;
    }
    const nowMs = this.#nowMs;
    const slot = before ?? newStatusSlot(status, nowMs);
    if (slot.status.state !== status.state) slot.changedMs = nowMs;
    slot.status = status;
    slot.isWritten = false;
    this.#slots.set(uid, slot);
    // What failed is waited out, whatever there is to say meanwhile.
    if (slot.attempts > 0) return;
    const waitMs = this.#countsWaitMs(slot, entryOf(slot));
    if (waitMs > 0) this.#queue.schedule(uid, waitMs);
    else this.#queue.spread(uid);
  }

  forgetStatus(uid: string): void {
    this.#slots.delete(uid);
    this.#queue.cancel(uid);
  }

  /** Finishes the request under way; what waits is not written. */
  close(): Promise<void> {
    return this.#queue.close();
  }

  get #nowMs(): number {
    return this.#queue.timers.nowMs();
  }

  /** Counts of pods change all the time, and nobody hurries to read them. */
  #countsWaitMs({ known, writtenMs }: StatusSlot, entry: NodeEntry): number {
    if (!known || !isSameButCounts(known, entry)) return 0;
    return Math.max(0, writtenMs + this.#queue.pace.countsMs - this.#nowMs);
  }

  async #work(uid: string): Promise<void> {
    const slot = this.#slots.get(uid);
    if (slot === undefined) return;
    await attempt(
      () => this.#step(slot),
      (failure) => this.#fail(slot, failure),
    );
  }

  async #step(slot: StatusSlot): Promise<void> {
    const isRead = slot.known !== undefined && !(slot.needsSummary && !slot.document);
    if (!isRead && !(await this.#read(slot))) return;
    if (!slot.isWritten) await this.#writeEntry(slot);
    else if (slot.needsSummary) await this.#writeSummary(slot);
    slot.attempts = 0;
  }

  /** False when the object is not there any more, or of no use. */
  async #read(slot: StatusSlot): Promise<boolean> {
    const { objects } = this.#options;
    const answer = await ifFound(() => objects.read(slot.status.object));
    const document = readStatusDocument(answer);
    if (answer !== undefined && document === undefined) throw oddAnswer();
    if (document === undefined || document.uid !== slot.status.object.uid) {
      this.#drop(slot);
      return false;
    }
    this.#learn(slot, document);
    if (!slot.isStatusMissing) return true;
    this.#giveUp(slot, 'K8S_STATUS_NOT_SERVED', 'there is no status');
    return false;
  }

  #learn(slot: StatusSlot, document: StatusDocument): void {
    slot.document = document;
    slot.entries = document.entries.size;
    slot.known = document.entries.get(this.#options.node) ?? null;
  }

  async #writeEntry(slot: StatusSlot): Promise<void> {
    const { status, known } = slot;
    const entry = entryOf(slot);
    if (known && isSameEntry(known, entry)) {
      this.#stats.unchanged += 1;
      this.#finishEntry(slot, status);
      return;
    }
    const waitMs = this.#countsWaitMs(slot, entry);
    if (waitMs > 0) {
      this.#schedule(slot, waitMs);
      return;
    }
    if (!known && slot.entries >= (isHealthy(entry) ? HEALTHY_ENTRIES_MAX : ENTRIES_MAX)) {
      this.#stats.omitted += 1;
      slot.document = undefined;
      slot.isWritten = true;
      return;
    }
    const { objects, node } = this.#options;
    const answer = await objects.patchStatus(status.object, {
      status: { nodes: { [node]: entry } },
    });
    const document = readStatusDocument(answer);
    if (document === undefined) throw oddAnswer();
    // Servers do not compare the uid when a status is written. Another object got this name a
    // moment ago; what is reported about that one replaces the entry.
    if (document.uid !== status.object.uid) {
      this.#drop(slot);
      return;
    }
    this.#stats.written += 1;
    slot.isStatusMissing = false;
    this.#learn(slot, document);
    slot.known = entry;
    slot.writtenMs = this.#nowMs;
    this.#finishEntry(slot, status);
  }

  /** Something else may have been reported meanwhile. */
  #finishEntry(slot: StatusSlot, status: ClusterPolicyStatus): void {
    slot.isWritten = slot.status === status;
    slot.needsSummary = slot.document !== undefined;
    if (!slot.isWritten) this.#schedule(slot, 0);
    // Of many that write at once, only the last succeeds, after which nobody wrote.
    else if (slot.needsSummary) {
      const { pace, timers } = this.#queue;
      this.#schedule(slot, pace.summaryMs * (1 + timers.random()));
    }
  }

  async #writeSummary(slot: StatusSlot): Promise<void> {
    const { document } = slot;
    const patch = document && summarise(document, this.#nowMs);
    if (patch !== undefined) {
      const { resourceVersion } = document ?? {};
      await this.#options.objects.patchStatus(slot.status.object, {
        // It is refused when somebody wrote in between, who is the one to make the summary then.
        metadata: { resourceVersion },
        status: patch,
      });
      this.#stats.summarised += 1;
    }
    slot.document = undefined;
    slot.needsSummary = false;
  }

  #schedule(slot: StatusSlot, delayMs: number): void {
    const { uid } = slot.status.object;
    if (this.#slots.get(uid) === slot) this.#queue.schedule(uid, delayMs);
  }

  #drop(slot: StatusSlot): void {
    const { uid } = slot.status.object;
    this.#stats.gone += 1;
    if (this.#slots.get(uid) === slot) this.forgetStatus(uid);
  }

  #fail(slot: StatusSlot, failure: ApiFailure): void {
    const { status, message } = failure;
    slot.attempts += 1;
    const isRefused = REFUSALS.includes(status);
    // Others may have filled the object since it was read, and then there is nothing to be said.
    const mayBeFull = slot.known === null && !slot.isWritten && slot.attempts === 1;
    if (isRefused && !mayBeFull) {
      this.#giveUp(slot, 'K8S_STATUS_REFUSED', message);
      return;
    }
    this.#stats.failed += 1;
    slot.isStatusMissing ||= status === 404;
    // What is known may be the reason.
    slot.document = undefined;
    if (!slot.isWritten) slot.known = undefined;
    if (slot.isWritten && slot.attempts >= SUMMARY_ATTEMPTS_MAX) {
      slot.needsSummary = false;
      slot.attempts = 0;
      return;
    }
    const isExpected = isRefused || status === 404 || status === 409;
    if (slot.attempts === 1 && !isExpected) this.#log(slot, 'K8S_STATUS_FAILED', message);
    const { uid } = slot.status.object;
    if (this.#slots.get(uid) === slot) this.#queue.retry(uid, slot.attempts, failure);
  }

  /** Until something else is reported. */
  #giveUp(slot: StatusSlot, code: StatusErrorCode, reason: string): void {
    this.#stats.refused += 1;
    this.#log(slot, code, reason);
    slot.isWritten = true;
    slot.needsSummary = false;
    slot.document = undefined;
    slot.attempts = 0;
  }

  #log({ status }: StatusSlot, code: StatusErrorCode, reason: string): void {
    const { kind, namespace, name } = status.object;
    const policy = namespace === '' ? name : `${namespace}/${name}`;
    this.#options.logger.warn({ code, kind, policy, reason }, 'status of a policy not written');
  }
}

function entryOf({ status, known, changedMs }: StatusSlot): NodeEntry {
  return makeEntry(status, known ?? undefined, toTime(changedMs));
}
