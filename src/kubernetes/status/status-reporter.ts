/** Takes what became of policies back to the API server: into their objects, and as Events. */
import type {
  ClusterPolicyStatus,
  ClusterPolicyStatusListener,
} from '../../model/cluster-policy-status.ts';
import { EventSender, type EventSenderStats } from './event-sender.ts';
import type { WriterOptions } from './paced-queue.ts';
import type { StatusWriterStats } from './status-slot.ts';
import { StatusWriter } from './status-writer.ts';

/** What became of reports, and of the events that they led to. */
export interface StatusReporterStats {
  readonly statuses: StatusWriterStats;
  readonly events: EventSenderStats;
}

/** Both ways at once. Reports never wait for the server. */
export class StatusReporter implements ClusterPolicyStatusListener {
  readonly #writer: StatusWriter;
  readonly #sender: EventSender;

  constructor(options: WriterOptions) {
    this.#writer = new StatusWriter(options);
    this.#sender = new EventSender(options);
  }

  get stats(): StatusReporterStats {
    return { statuses: this.#writer.stats, events: this.#sender.stats };
  }

  reportStatus(status: ClusterPolicyStatus): void {
    this.#writer.reportStatus(status);
    this.#sender.report(status);
  }

  forgetStatus(uid: string): void {
    this.#writer.forgetStatus(uid);
  }

  /** Finishes the requests under way; what waits is not written. */
  async close(): Promise<void> {
    await Promise.all([this.#writer.close(), this.#sender.close()]);
  }
}
