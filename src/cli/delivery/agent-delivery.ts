/** Delivery in a running agent: events, findings and what becomes of policies to destinations. */
import {
  AlertBook,
  type AlertCounts,
  type Delivery,
  type Occurrence,
  type OccurrenceContext,
  occurrenceOfEvent,
  occurrenceOfFinding,
  openDelivery,
  systemClock,
} from '../../exporters/index.ts';
import type { BootClock } from '../../model/clock.ts';
import type { MessageKind, OutboundMessage } from '../../model/delivery.ts';
import type { DeliveryCounts } from '../../model/delivery-stats.ts';
import type { Event } from '../../model/event.ts';
import type { Finding, FindingLevel } from '../../model/finding.ts';
import type { Logger } from '../../model/log.ts';
import { readUsers } from '../user-names.ts';
import { DeliveryAnswers } from './delivery-answers.ts';
import type { DeliveryFlow, DeliverySetup } from './delivery-setup.ts';
import {
  isHookEvent,
  laneOf,
  type MessageOrigin,
  messageOfEvent,
  messageOfFinding,
} from './event-messages.ts';

export interface AgentDeliveryOptions {
  readonly setup: DeliverySetup;
  readonly nodeName: string;
  readonly clusterName: string;
  /** Tells this series of sequence numbers from others of the node. */
  readonly life: string;
  readonly clock: BootClock;
  readonly logger: Logger;
  /** Severity of alerts of a policy that says one itself. */
  alertOf(policyName: string): FindingLevel | undefined;
}

/** Neither waits for a disk or a destination where events come by, nor throws there. */
export class AgentDelivery {
  readonly #options: AgentDeliveryOptions;
  readonly #delivery: Delivery;
  readonly #book: AlertBook;
  readonly #context: OccurrenceContext & MessageOrigin;
  readonly answers: DeliveryAnswers;
  #flow: DeliveryFlow;
  #wantsEvents: boolean;
  /** Of the batch that is under way: one transaction for all of it. */
  #occurrences: Occurrence[] = [];
  /** Messages of the agent about itself so far. */
  #own = 0;
  readonly #startedMs = Date.now();

  private constructor(options: AgentDeliveryOptions, delivery: Delivery) {
    const { nodeName: node, clusterName: cluster, life, clock, setup } = options;
    const users = readUsers();
    this.#options = options;
    this.#delivery = delivery;
    this.#flow = setup;
    this.#wantsEvents = wantsAny(setup, 'event');
    const toMs = (timeNs: bigint): number => clock.toMs(timeNs);
    this.#context = { node, life, clock, toMs, userName: (uid) => users.get(uid) };
    this.#book = new AlertBook({
      ...{ node, cluster, settings: setup.alerts, clock: systemClock },
      publish: (alerts) => void delivery.publishAlerts(alerts),
      keep: (alerts) => delivery.keepAlerts(alerts),
    });
    this.#book.restore(delivery.recentAlerts(RESTORED_MAX, true));
    const redact = (body: string): string => this.#flow.redact?.(body) ?? body;
    this.answers = new DeliveryAnswers({ delivery, book: this.#book, redact });
  }

  /** Throws SINK_STORE_IN_USE when the directory belongs to another agent. */
  static async open(options: AgentDeliveryOptions): Promise<AgentDelivery> {
    const { setup, nodeName: node, life, logger } = options;
    const { directory, spoolBytesMax, storeBytesMax, ageMaxMs } = setup;
    const delivery = await openDelivery({
      ...{ directory, spoolBytesMax, storeBytesMax, ageMaxMs, node, logger },
      // What it says of itself is numbered anew at each start.
      boot: `${life}-${Date.now()}`,
      ...changesOf(setup),
    });
    return new AgentDelivery(options, delivery);
  }

  /** Events with their lines. */
  take(events: readonly Event[], lines: readonly string[]): void {
    const byLane = { telemetry: [] as OutboundMessage[], matched: [] as OutboundMessage[] };
    for (const [index, event] of events.entries()) {
      const line = lines[index] ?? '';
      if (this.#wantsEvents) {
        byLane[laneOf(event)].push(messageOfEvent(event, line, this.#context));
      }
      const severity = this.#severityOf(event);
      if (severity === undefined || !isHookEvent(event)) continue;
      this.#raise(occurrenceOfEvent(event, { line, severity }, this.#context));
    }
    this.#delivery.publishEvents('telemetry', byLane.telemetry);
    this.#delivery.publishEvents('matched', byLane.matched);
  }

  takeFinding(finding: Finding, line: string): void {
    if (this.#wantsEvents) {
      this.#delivery.publishEvents('matched', [messageOfFinding(finding, line, this.#context)]);
    }
    this.#raise(occurrenceOfFinding(finding, line, this.#context));
  }

  /** What the agent says of itself: how it is, or what became of a policy. */
  say(kind: 'health' | 'policy_status', about: { severity: FindingLevel; body: object }): void {
    if (!wantsAny(this.#flow, kind)) return;
    const { nodeName: node, life } = this.#options;
    this.#own += 1;
    const message: OutboundMessage = {
      ...{ id: `${node}/${life}/${kind}-${this.#startedMs}-${this.#own}`, kind, node },
      ...{ severity: about.severity, namespace: '', rule: '', timeMs: Date.now() },
      body: JSON.stringify({ type: kind, node, ...about.body }),
    };
    this.#delivery.publishEvents('matched', [message]);
  }

  /** Another flow from now on; nothing that waits is lost. */
  async change(flow: DeliveryFlow): Promise<void> {
    this.#flow = flow;
    this.#wantsEvents = wantsAny(flow, 'event');
    this.#book.change(flow.alerts);
    await this.#delivery.change(changesOf(flow));
  }

  counts(): DeliveryCounts & { readonly alerts: AlertCounts } {
    return { ...this.#delivery.counts(), alerts: this.#book.counts() };
  }

  async close(): Promise<void> {
    this.#flush();
    this.#book.close();
    await this.#delivery.close();
  }

  #severityOf(event: Event): FindingLevel | undefined {
    if (!isHookEvent(event)) return undefined;
    const { names, tags, severity } = this.#flow.policyAlerts;
    const own = this.#options.alertOf(event.policyName);
    if (own !== undefined) return own;
    const isAsked = names.has(event.policyName) || event.tags.some((tag) => tags.has(tag));
    return isAsked ? severity : undefined;
  }

  #raise(occurrence: Occurrence): void {
    if (this.#occurrences.length === 0) setImmediate(() => this.#flush());
    this.#occurrences.push(occurrence);
  }

  #flush(): void {
    const occurrences = this.#occurrences;
    this.#occurrences = [];
    if (occurrences.length > 0) this.#book.take(occurrences);
  }
}

/** As many as may be open. */
const RESTORED_MAX = 10_000;

function changesOf({ destinations, redact, rateLimits }: DeliveryFlow) {
  return {
    destinations: destinations.map(({ plan, version }) => ({ ...plan.create(), version })),
    redact,
    rateLimits,
  };
}

function wantsAny({ destinations }: DeliveryFlow, kind: MessageKind): boolean {
  return destinations.some(({ plan }) => plan.kinds?.includes(kind) ?? true);
}
