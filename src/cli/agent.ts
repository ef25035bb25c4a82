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
import type { LineListener, PolicyLoadResult } from '../model/agent-api.ts';
import type { KernelReport } from '../model/capability.ts';
import { BootClock } from '../model/clock.ts';
import type { PolicyStatus } from '../model/policy.ts';
import type { AgentStats } from '../model/stats.ts';
import { compilePolicies } from '../rules/index.ts';
import type { Agent, AgentOptions, FileDiagnostics } from './agent-options.ts';
import { type CountedParts, gatherStats } from './agent-stats.ts';
import { IdleCollector } from './idle-collector.ts';
import { LineHub } from './line-hub.ts';
import { objectDirectory } from './paths.ts';
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

  policies(): readonly PolicyStatus[] {
    return this.#parts.policies.manager.statuses();
  }

  loadPolicies(text: string, file: string): Promise<PolicyLoadResult> {
    const { policies, types } = this.#parts;
    try {
      const { plans, diagnostics } = compilePolicies(text, file, {
        kernel: types,
        missingHooks: 'allow',
      });
      if (plans.length === 0) return Promise.resolve({ kind: 'rejected', diagnostics });
      policies.manager.checkFresh(plans);
      const names = new Set(plans.map(({ name }) => name));
      const statuses = policies.manager.addAll(plans).filter(({ name }) => names.has(name));
      return Promise.resolve({ kind: 'loaded', statuses, diagnostics });
    } catch (error) {
      return Promise.reject(error);
    } finally {
      types.release();
      trimMemory();
    }
  }

  removePolicy(name: string): Promise<boolean> {
    return Promise.resolve(this.#parts.policies.manager.remove(name));
  }

  subscribe(listener: LineListener): () => void {
    return this.#hub.subscribe(listener);
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
