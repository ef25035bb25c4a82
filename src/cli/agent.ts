/** The agent, put together: sensors to pipeline to listeners, and policies to sensors. */
import {
  BaseSensor,
  buildId,
  clockOffsetNs,
  createStackNames,
  enableStats,
  KernelBtfTypes,
  Pipeline,
  type PolicySensors,
  ProcessTable,
  probeKernel,
  type RingReader,
  type RunTimeStats,
} from '../engine/index.ts';
import type { EventEncoder } from '../exporters/index.ts';
import type {
  AnnouncedContainer,
  KnownProcess,
  LineListener,
  PolicyLoadRequest,
  PolicyLoadResult,
  RuleReloadResult,
} from '../model/agent-api.ts';
import type { KernelReport } from '../model/capability.ts';
import { BootClock } from '../model/clock.ts';
import type { DeliveryApi } from '../model/delivery-api.ts';
import type { PolicyReport, PolicyStatus, SettableMode } from '../model/policy.ts';
import type { AgentStats } from '../model/stats.ts';
import { AgentDetections } from './agent-detections.ts';
import type { AgentFactories, OpenedClusterOptions } from './agent-factories.ts';
import type { Agent, AgentOptions, FileDiagnostics, ReadRules } from './agent-options.ts';
import {
  createEncoder,
  openDeliveryPart,
  openIdentity,
  openPins,
  openPolicies,
  openReader,
  openRequests,
  refreshClock,
} from './agent-parts.ts';
import { AgentPolicies } from './agent-policies.ts';
import { type CountedParts, gatherStats } from './agent-stats.ts';
import type { DeliveryPart } from './delivery/delivery-part.ts';
import type { DeliverySetup } from './delivery/delivery-setup.ts';
import type { DetectionsOptions } from './detections-options.ts';
import type { IdleCollector } from './idle-collector.ts';
import { listProcesses } from './known-processes.ts';
import { LineHub } from './line-hub.ts';
import type { NodeIdentity } from './node-identity.ts';
import { openCollector } from './open-collector.ts';
import { objectDirectory } from './paths.ts';
import { bootId, type Persistence } from './persistence/persistence.ts';
import type { PolicyDirectory } from './policy-directory.ts';
import { reportPolicies } from './policy-reports.ts';
import { Responses } from './responses.ts';
import { startPolicies } from './start-policies.ts';
import { versionText } from './version.ts';

interface Parts extends CountedParts {
  readonly reader: RingReader;
  readonly types: KernelBtfTypes;
  readonly persistence: Persistence | undefined;
  readonly detections: AgentDetections;
  readonly responses: Responses;
}

/** Has to be started, and closed also when that failed. */
export class RunningAgent implements Agent {
  readonly #options: AgentOptions;
  readonly #clock: BootClock = new BootClock(clockOffsetNs());
  readonly #encoder: EventEncoder;
  readonly #hub: LineHub;
  readonly #kernel: KernelReport;
  readonly #parts: Parts;
  readonly #refresh: NodeJS.Timeout;
  readonly #runTime: RunTimeStats | undefined;
  readonly #collector: IdleCollector;
  readonly #policies: AgentPolicies;
  readonly #delivery: DeliveryPart;
  readonly #build = buildId(objectDirectory());
  #directory: PolicyDirectory | undefined;
  #isClosed = false;
  #lastStats: AgentStats | undefined;

  constructor(options: AgentOptions, { openCluster, openDetections }: AgentFactories) {
    const { nodeName, logger } = options;
    this.#options = options;
    this.#kernel = probeKernel(objectDirectory());
    const persistence = openPins(options, this.#build);
    const pins = persistence?.pins;
    const base = BaseSensor.load({
      objectPath: `${objectDirectory()}/process.bpf.o`,
      adoptFrom: pins?.isAdopted === true ? pins.baseDirectory : undefined,
      followsPods: openCluster !== undefined,
    });
    pins?.setBase(base);
    const processes = new ProcessTable({ nodeName });
    this.#encoder = createEncoder(options, this.#clock);
    this.#hub = new LineHub((event) => this.#encoder.encode(event));
    const types = new KernelBtfTypes();
    const detections = new AgentDetections(this.#detectionOptions(processes), openDetections);
    const identity = openIdentity({ maps: base.maps, next: detections, logger }, persistence);
    const parts = { base, types, logger, kernel: this.#kernel, scopes: identity.scopes };
    const endTrees = (): void => this.#parts.responses.arm();
    const policies = openPolicies({ ...parts, endTrees }, persistence);
    const requests = openRequests(options);
    const pipeline = new Pipeline({
      processes,
      hooks: policies.register,
      publisher: identity.enricher,
      workloads: identity.table,
      stacks: createStackNames(),
      requests,
      ...{ logger, firstSequence: base.firstSequence },
      onSignalled: (tgid) => this.#parts.responses.giveWay(tgid),
      onFailure: options.onFailure,
    });
    const reader = openReader(base, () => pipeline.wake());
    pipeline.attach(reader);
    const responses = new Responses({
      ...{ objectDirectory: objectDirectory(), base, processes, pipeline, persistence, logger },
      ...{ kernel: this.#kernel, clock: this.#clock },
    });
    detections.respondBy(responses);
    this.#policies = new AgentPolicies({ sensors: policies, types, persistence, logger });
    this.#delivery = openDeliveryPart(
      { ...options, clock: this.#clock, hub: this.#hub, stats: () => this.stats() },
      { base, sensors: policies, policies: this.#policies },
    );
    const cluster = openCluster?.(this.#clusterOptions(identity, policies));
    if (options.nodeLabels !== undefined) this.#setNodeLabels(options.nodeLabels);
    this.#parts = {
      ...{ base, processes, policies, pipeline, reader, types },
      ...{ persistence, requests, identity, cluster, detections, responses },
      ...{ hub: this.#hub, startedAt: new Date() },
    };
    this.#refresh = refreshClock(this.#clock);
    this.#runTime = options.hasHookTime ? enableStats() : undefined;
    this.#collector = openCollector(pipeline, responses);
  }

  #clusterOptions(identity: NodeIdentity, { manager }: PolicySensors): OpenedClusterOptions {
    const { nodeName, logger } = this.#options;
    return {
      ...{ nodeName, identity, logger, policies: this.#policies },
      matchedPods: (name) => identity.matchedPods(manager.scopeOf(name)),
      setNodeLabels: (labels) => this.#setNodeLabels(labels),
    };
  }

  #detectionOptions(processes: ProcessTable): DetectionsOptions {
    return {
      ...{ ...this.#options, clock: this.#clock, boot: bootId(), next: this.#hub, processes },
      stateDirectory: this.#options.persistence?.stateDirectory,
      onLine: (line) => this.#hub.send([line]),
      onFinding: (finding, line) => this.#delivery.takeFinding(finding, line),
      catchUp: () => this.#parts.pipeline.drain(),
    };
  }

  #setNodeLabels(labels: Readonly<Record<string, string>>): void {
    this.#encoder.setNodeLabels(labels);
    this.#policies.setNodeLabels(labels).catch((error: unknown) => {
      this.#options.logger.error({ error }, 'policies could not follow the labels of the node');
    });
  }

  /** Attaches the base sensor, takes in what runs already, and puts the policies in force. */
  async start(): Promise<void> {
    const { base, pipeline, policies, persistence, identity, cluster } = this.#parts;
    const { detections, types } = this.#parts;
    const { delivery, logger } = this.#options;
    if (delivery !== undefined) await this.#delivery.change(delivery);
    detections.restore();
    this.#hub.subscribe(this.#options.onLines);
    base.attach();
    identity.start();
    pipeline.seed(base.readSeeds());
    this.#directory = startPolicies(this.#policies, this.#options);
    // Policies are in force by now: they wait for no detector.
    await detections.start({ manager: policies.manager, dns: policies.dns, types, logger });
    policies.settle();
    this.#delivery.policiesChanged();
    persistence?.settle(this.#build, this.#policies.saved());
    cluster?.start();
  }

  get diagnostics(): readonly FileDiagnostics[] {
    return this.#policies.diagnostics;
  }

  version(): string {
    return versionText();
  }

  kernel(): KernelReport {
    return this.#kernel;
  }

  /** Totals; after close, those of the end. */
  stats(): AgentStats {
    return this.#lastStats ?? this.#gatherStats();
  }

  #gatherStats(): AgentStats {
    return { ...gatherStats(this.#parts), delivery: this.#delivery.counts() };
  }

  get delivery(): DeliveryApi | undefined {
    return this.#delivery.answers;
  }

  changeDelivery(setup: DeliverySetup): Promise<void> {
    return this.#delivery.change(setup);
  }

  policies(withSources = false): readonly PolicyReport[] {
    return reportPolicies(this.#parts.policies, (ns) => this.#clock.toIso(ns), withSources);
  }

  loadPolicies(request: PolicyLoadRequest): Promise<PolicyLoadResult> {
    return this.#policies.load(request);
  }

  removePolicy(name: string): Promise<boolean> {
    return this.#policies.remove(name);
  }

  setPolicyEnabled(name: string, isEnabled: boolean): Promise<PolicyStatus | undefined> {
    return this.#policies.setEnabled(name, isEnabled);
  }

  setPolicyMode(name: string, mode: SettableMode): Promise<PolicyStatus | undefined> {
    return this.#policies.setMode(name, mode);
  }

  announceContainer(state: unknown): Promise<AnnouncedContainer> {
    return this.#parts.identity.announce(state);
  }

  processes(): readonly KnownProcess[] {
    return listProcesses(this.#parts, this.#encoder);
  }

  get responses(): Responses {
    return this.#parts.responses;
  }

  hasRules(): boolean {
    return this.#parts.detections.isOpen;
  }

  reloadRules(read: ReadRules = this.#options.readDetections): Promise<RuleReloadResult> {
    return this.#parts.detections.reload(read);
  }

  record(listener: LineListener): () => void {
    return this.#parts.detections.record(listener);
  }

  subscribe(listener: LineListener): () => void {
    return this.#hub.subscribe(listener);
  }

  noteMissed(count: number): void {
    this.#hub.noteMissed(count);
  }

  /**
   * Detaches everything, but what is pinned when it is to be kept, then hands out what the rings
   * still hold.
   */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#parts.detections.stopReloads();
    await this.#parts.cluster?.close();
    const { base, policies, pipeline, types, persistence, requests, identity } = this.#parts;
    const keeps = persistence !== undefined && this.#options.keepsEnforcement;
    clearInterval(this.#refresh);
    this.#directory?.close();
    this.#collector.close();
    const hooks = policies.counts();
    this.#parts.responses.close();
    policies.close(keeps);
    base.detach();
    pipeline.close();
    identity.close();
    await this.#parts.detections.close();
    requests.close();
    this.#lastStats = { ...this.#gatherStats(), hooks };
    await this.#delivery.close();
    this.#runTime?.close();
    base.close();
    if (!keeps) persistence?.remove();
    types.release();
  }
}
