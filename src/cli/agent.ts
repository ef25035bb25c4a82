/** The agent, put together: sensors to pipeline to listeners, and policies to sensors. */

import {
  BaseSensor,
  checkRequirements,
  clockOffsetNs,
  enableStats,
  KernelBtfTypes,
  Pipeline,
  PolicySensors,
  ProcessTable,
  probeKernel,
  RING_ORDER,
  RingReader,
  type RunTimeStats,
  thisMachine,
  trimMemory,
} from '../engine/index.ts';
import { EventEncoder } from '../exporters/index.ts';
import type { LineListener, PolicyLoadRequest, PolicyLoadResult } from '../model/agent-api.ts';
import type { KernelReport } from '../model/capability.ts';
import { BootClock } from '../model/clock.ts';
import type { PolicyReport, PolicyStatus, SettableMode } from '../model/policy.ts';
import type { AgentStats } from '../model/stats.ts';
import { compilePolicies } from '../rules/index.ts';
import type { Agent, AgentOptions, FileDiagnostics } from './agent-options.ts';
import { type CountedParts, gatherStats } from './agent-stats.ts';
import { IdleCollector } from './idle-collector.ts';
import { LineHub } from './line-hub.ts';
import { objectDirectory } from './paths.ts';
import { reportPolicies } from './policy-reports.ts';
import { SerialQueue } from './serial-queue.ts';
import { versionText } from './version.ts';

/** How often the offset to the wall clock is measured again: it is stepped now and then. */
const CLOCK_REFRESH_MS = 60_000;

/** Throws a CodedError that names what is missing when the agent cannot run on this machine. */
export function startAgent(options: AgentOptions): Promise<Agent> {
  checkRequirements(thisMachine());
  const agent = new RunningAgent(options);
  try {
    agent.start();
    return Promise.resolve(agent);
  } catch (error) {
    return agent.close().then(() => Promise.reject(error));
  }
}

interface Parts extends CountedParts {
  readonly reader: RingReader;
  readonly types: KernelBtfTypes;
}

class RunningAgent implements Agent {
  readonly diagnostics: FileDiagnostics[] = [];
  readonly #options: AgentOptions;
  readonly #clock: BootClock = new BootClock(clockOffsetNs());
  readonly #hub: LineHub;
  readonly #kernel: KernelReport;
  readonly #parts: Parts;
  readonly #refresh: NodeJS.Timeout;
  readonly #runTime: RunTimeStats | undefined;
  readonly #collector: IdleCollector;
  readonly #changes = new SerialQueue();
  #isClosed = false;
  #lastStats: AgentStats | undefined;

  constructor(options: AgentOptions) {
    const { nodeName, clusterName, logger } = options;
    this.#options = options;
    this.#kernel = probeKernel(objectDirectory());
    const base = BaseSensor.load({ objectPath: `${objectDirectory()}/process.bpf.o` });
    const processes = new ProcessTable({ nodeName });
    const encoder = new EventEncoder({
      nodeName,
      clusterName,
      clock: this.#clock,
      credentials: false,
      extensions: true,
    });
    this.#hub = new LineHub((event) => encoder.encode(event));
    const types = new KernelBtfTypes();
    const policies = new PolicySensors({
      objectDirectory: objectDirectory(),
      shared: base.maps,
      kernel: this.#kernel,
      types,
      logger,
      seedLineage: () => base.seedLineage(),
    });
    const pipeline = new Pipeline({
      processes,
      hooks: policies.register,
      publisher: this.#hub,
      logger,
      onFailure: options.onFailure,
    });
    const reader = openReader(base, () => pipeline.wake());
    pipeline.attach(reader);
    this.#parts = { base, processes, policies, pipeline, reader, types, startedAt: new Date() };
    this.#refresh = setInterval(() => this.#clock.refresh(clockOffsetNs()), CLOCK_REFRESH_MS);
    this.#refresh.unref();
    this.#runTime = options.hasHookTime ? enableStats() : undefined;
    this.#collector = new IdleCollector({
      received: () => pipeline.counts().received,
      trim: trimMemory,
    });
  }

  /** Attaches the base sensor, takes in what runs already, and puts the policies in force. */
  start(): void {
    const { base, pipeline, policies, types } = this.#parts;
    this.#hub.subscribe(this.#options.onLines);
    base.attach();
    pipeline.seed(base.readSeeds());
    const plans = this.#options.policyFiles.flatMap(({ file, text }) => {
      const compiled = compilePolicies(text, file, { kernel: types, missingHooks: 'allow' });
      this.diagnostics.push({ file, text, diagnostics: compiled.diagnostics });
      return compiled.plans;
    });
    policies.manager.addAll(plans);
    types.release();
    trimMemory();
  }

  version(): string {
    return versionText();
  }

  kernel(): KernelReport {
    return this.#kernel;
  }

  /** Totals; after close, those of the end. */
  stats(): AgentStats {
    return this.#lastStats ?? gatherStats(this.#parts);
  }

  policies(): readonly PolicyReport[] {
    const { policies } = this.#parts;
    return reportPolicies(policies, (timeNs) => this.#clock.toIso(timeNs));
  }

  loadPolicies(request: PolicyLoadRequest): Promise<PolicyLoadResult> {
    return this.#mutate(() => {
      const { text, file, mode } = request;
      const { policies, types } = this.#parts;
      const { plans, diagnostics } = compilePolicies(text, file, {
        kernel: types,
        missingHooks: 'allow',
      });
      if (plans.length === 0) return { kind: 'rejected', diagnostics };
      const statuses = policies.manager.put(plans.map((plan) => ({ plan, mode })));
      return { kind: 'loaded', statuses, diagnostics };
    });
  }

  removePolicy(name: string): Promise<boolean> {
    return this.#mutate(() => this.#parts.policies.manager.remove(name));
  }

  setPolicyEnabled(name: string, isEnabled: boolean): Promise<PolicyStatus | undefined> {
    return this.#mutate(() => this.#parts.policies.manager.setEnabled(name, isEnabled));
  }

  setPolicyMode(name: string, mode: SettableMode): Promise<PolicyStatus | undefined> {
    return this.#mutate(() => this.#parts.policies.manager.setMode(name, mode));
  }

  subscribe(listener: LineListener): () => void {
    return this.#hub.subscribe(listener);
  }

  /** One change after the other, in the order they were asked for. */
  #mutate<T>(change: () => T): Promise<T> {
    return this.#changes.run(() => {
      try {
        return change();
      } finally {
        this.#parts.types.release();
        trimMemory();
      }
    });
  }

  /** Detaches everything, then hands out what the rings still hold. */
  close(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#isClosed = true;
    const { base, policies, pipeline, types } = this.#parts;
    clearInterval(this.#refresh);
    this.#collector.close();
    const hooks = policies.counts();
    policies.close();
    base.detach();
    pipeline.close();
    this.#lastStats = { ...gatherStats(this.#parts), hooks };
    this.#runTime?.close();
    base.close();
    types.release();
    return Promise.resolve();
  }
}

function openReader(base: BaseSensor, onWake: () => void): RingReader {
  const sources = [];
  sources[RING_ORDER.bulk] = { map: base.maps.ring_bulk };
  sources[RING_ORDER.urgent] = { map: base.maps.ring_urgent };
  return new RingReader(sources, { onWake });
}
