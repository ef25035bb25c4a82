/** Policies in force on a real kernel with the pipeline behind them, for tests. */
import { join } from 'node:path';
import { after, type TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { KernelBtfTypes } from '../../src/engine/btf/index.ts';
import { RingReader } from '../../src/engine/kernel/index.ts';
import { Pipeline, RING_ORDER } from '../../src/engine/pipeline.ts';
import { ProcessTable } from '../../src/engine/process/process-table.ts';
import { BaseSensor } from '../../src/engine/sensors/base-sensor.ts';
import { PolicySensors } from '../../src/engine/sensors/policy-sensors.ts';
import { ScopeRegistry } from '../../src/engine/sensors/scope-registry.ts';
import { createStackNames } from '../../src/engine/symbols/index.ts';
import type { CapabilityName } from '../../src/model/capability.ts';
import type { Event, HookEvent, ProcessLoaderEvent } from '../../src/model/event.ts';
import { silentLogger } from '../../src/model/log.ts';
import type { PolicyStatus, SettableMode } from '../../src/model/policy.ts';
import type { RequestPlan } from '../../src/model/request.ts';
import { compilePolicies } from '../../src/rules/policy/index.ts';
import { repositoryRoot } from './root.ts';
import { thisKernel } from './this-kernel.ts';

const OBJECTS = join(repositoryRoot(), 'build/bpf');
const SETTLE_MS_MAX = 30_000;

export interface LivePoliciesOptions {
  /** Capabilities to do as if the kernel did not have them. */
  readonly without?: readonly CapabilityName[];
  /** Policies with a scope are loaded. */
  readonly knowsWorkloads?: boolean;
  /** Nobody says of containers which pods they are of. */
  readonly hasNoPods?: boolean;
  /** Called when a policy is loaded that kills trees. */
  readonly endTrees?: () => void;
}

let shared: LivePolicies | undefined;

after(() => shared?.close());

/**
 * The policies that the tests of one file share: a sensor for each test would take most of their
 * time in a guest. They are removed after the test, with the events that they brought.
 */
export function useLivePolicies(t: TestContext): LivePolicies {
  shared ??= new LivePolicies();
  t.after(() => shared?.clear());
  return shared;
}

/** Sensor, policies, reader and pipeline as the agent has them; close detaches everything. */
export class LivePolicies {
  readonly events: Event[] = [];
  /** What selectors asked for, in the order of their records. */
  readonly requests: RequestPlan[] = [];
  readonly policies: PolicySensors;
  readonly base: BaseSensor;
  readonly scopes: ScopeRegistry | undefined;
  readonly #pipeline: Pipeline;
  readonly #types: KernelBtfTypes = new KernelBtfTypes();

  constructor(options: LivePoliciesOptions = {}) {
    const without = options.without ?? [];
    const kernel = {
      ...thisKernel(),
      capabilities: [
        ...thisKernel().capabilities.filter(({ name }) => !without.includes(name)),
        ...without.map((name) => ({ name, available: false, detail: 'left out by the test' })),
      ],
    };
    this.base = BaseSensor.load({
      objectPath: join(OBJECTS, 'process.bpf.o'),
      followsPods: options.hasNoPods !== true,
    });
    this.scopes = options.knowsWorkloads ? new ScopeRegistry({ maps: this.base.maps }) : undefined;
    this.policies = new PolicySensors({
      objectDirectory: OBJECTS,
      shared: this.base.maps,
      kernel,
      types: this.#types,
      logger: silentLogger,
      scopes: this.scopes,
      seedLineage: () => this.base.seedLineage(),
      endTrees: () => options.endTrees?.(),
    });
    this.#pipeline = new Pipeline({
      processes: new ProcessTable({ nodeName: 'test' }),
      hooks: this.policies.register,
      stacks: createStackNames(),
      publisher: { publish: (batch) => this.events.push(...batch) },
      requests: { send: (request) => this.requests.push(request) },
      logger: silentLogger,
      onFailure: (error) => {
        throw error;
      },
    });
    const sources = [];
    sources[RING_ORDER.bulk] = { map: this.base.maps.ring_bulk };
    sources[RING_ORDER.urgent] = { map: this.base.maps.ring_urgent };
    const onWake = (): void => this.#pipeline.wake();
    this.#pipeline.attach(new RingReader(sources, { onWake }));
    this.base.attach();
    this.#pipeline.seed(this.base.readSeeds());
  }

  /**
   * Compiles and loads, or replaces what has the same name; throws with the diagnostics if the text
   * is wrong.
   */
  load(text: string, mode?: SettableMode): readonly PolicyStatus[] {
    const { plans, diagnostics } = compilePolicies(text, 'test.yaml', {
      kernel: this.#types,
      missingHooks: 'allow',
    });
    if (plans.length === 0) throw new Error(JSON.stringify(diagnostics));
    return this.policies.manager.put(plans.map((plan) => ({ plan, mode })));
  }

  /** Hook events of one policy, after everything up to now has arrived. */
  async eventsOf(policyName: string): Promise<readonly HookEvent[]> {
    await this.#settle();
    return this.events.filter(
      (event): event is HookEvent => 'policyName' in event && event.policyName === policyName,
    );
  }

  /** Files that were mapped executable, in the same way. */
  async mappings(): Promise<readonly ProcessLoaderEvent[]> {
    await this.#settle();
    return this.events.filter((event) => event.kind === 'process_loader');
  }

  /** Removes all policies and forgets their events. */
  async clear(): Promise<void> {
    const names = this.policies.manager.statuses().map(({ name }) => name);
    this.policies.manager.put([], names);
    await this.#settle();
    this.events.length = 0;
    this.requests.length = 0;
  }

  close(): void {
    this.policies.close();
    this.#pipeline.close();
    this.base.close();
    this.#types.release();
  }

  /** Nothing is lost in these tests, so what was numbered has to arrive. */
  async #settle(): Promise<void> {
    const last = this.base.lastSequence();
    const deadline = Date.now() + SETTLE_MS_MAX;
    while (this.#pipeline.counts().received < last) {
      if (Date.now() > deadline) throw new Error('records did not come');
      await setTimeout(5);
    }
  }
}
