/** The delivery of a running agent: opened when there are destinations, and told what happens. */
import type { BootClock } from '../../model/clock.ts';
import type { DeliveryCounts } from '../../model/delivery-stats.ts';
import type { Finding, FindingLevel } from '../../model/finding.ts';
import { healthOf } from '../../model/health.ts';
import type { Logger } from '../../model/log.ts';
import type { PolicyStatus } from '../../model/policy.ts';
import type { AgentStats } from '../../model/stats.ts';
import type { LineHub } from '../line-hub.ts';
import { SerialQueue } from '../serial-queue.ts';
import { AgentDelivery } from './agent-delivery.ts';
import type { DeliveryAnswers } from './delivery-answers.ts';
import type { DeliverySetup } from './delivery-setup.ts';

/** How often the agent says how it is. */
const HEALTH_MS = 60_000;

export interface DeliveryPartOptions {
  readonly nodeName: string;
  readonly clusterName: string;
  /** Tells this series of sequence numbers from others of the node. */
  readonly life: string;
  readonly clock: BootClock;
  readonly logger: Logger;
  readonly hub: Pick<LineHub, 'tap'>;
  stats(): AgentStats;
  policies(): readonly PolicyStatus[];
  alertOf(policyName: string): FindingLevel | undefined;
}

/** Does nothing until it is given destinations. */
export class DeliveryPart {
  readonly #options: DeliveryPartOptions;
  readonly #changes = new SerialQueue();
  readonly #health: NodeJS.Timeout;
  #delivery: AgentDelivery | undefined;
  #setup: DeliverySetup | undefined;
  /** What was said of policies last, by their names. */
  #said: ReadonlyMap<string, string> = new Map();
  #isPolicyNews = false;

  constructor(options: DeliveryPartOptions) {
    this.#options = options;
    this.#health = setInterval(() => this.#sayHealth(), HEALTH_MS).unref();
  }

  /**
   * Takes this setup from now on; its directory and bounds are those of the first one that had
   * destinations. Throws SINK_STORE_IN_USE when another agent has the directory.
   */
  change(setup: DeliverySetup): Promise<void> {
    return this.#changes.run(async () => {
      this.#setup = setup;
      if (this.#delivery !== undefined) {
        await this.#delivery.change(setup);
      } else if (setup.destinations.length > 0) {
        const delivery = await AgentDelivery.open({ ...this.#options, setup });
        this.#delivery = delivery;
        this.#options.hub.tap((events, lines) => delivery.take(events, lines));
      }
      this.policiesChanged();
    });
  }

  takeFinding(finding: Finding, line: string): void {
    this.#delivery?.takeFinding(finding, line);
  }

  /** Soon says what became of those that have changed; changes come in bursts. */
  policiesChanged(): void {
    if (this.#delivery === undefined || this.#isPolicyNews) return;
    this.#isPolicyNews = true;
    setImmediate(() => {
      this.#isPolicyNews = false;
      this.#sayPolicies();
    });
  }

  /** Undefined where nothing is delivered. */
  get answers(): DeliveryAnswers | undefined {
    return this.#delivery?.answers;
  }

  /** Undefined where nothing is delivered. */
  counts(): DeliveryCounts | undefined {
    return this.#delivery?.counts();
  }

  /** Undefined until it was given one. */
  get setup(): DeliverySetup | undefined {
    return this.#setup;
  }

  async close(): Promise<void> {
    clearInterval(this.#health);
    await this.#changes.run(async () => {
      this.#options.hub.tap(undefined);
      await this.#delivery?.close();
    });
  }

  #sayHealth(): void {
    if (this.#delivery === undefined) return;
    const stats = this.#options.stats();
    const { status, problems } = healthOf(stats);
    const { received, published, missingSequences, rssBytes } = stats;
    const lost = stats.lost.reduce((sum, { count }) => sum + count, 0);
    const counts = { received, published, lost, missing: missingSequences, rss_bytes: rssBytes };
    const severity = status === 'ok' ? 'informational' : 'medium';
    this.#delivery.say('health', { severity, body: { status, problems, counts } });
  }

  #sayPolicies(): void {
    const now = new Map(this.#options.policies().map((one) => [one.name, JSON.stringify(one)]));
    for (const [name, text] of now) {
      if (this.#said.get(name) === text) continue;
      const policy: PolicyStatus = JSON.parse(text);
      const severity = policy.state === 'load_error' ? 'high' : 'informational';
      this.#delivery?.say('policy_status', { severity, body: { policy } });
    }
    for (const name of this.#said.keys()) {
      if (now.has(name)) continue;
      const policy = { name, state: 'removed' };
      this.#delivery?.say('policy_status', { severity: 'informational', body: { policy } });
    }
    this.#said = now;
  }
}
