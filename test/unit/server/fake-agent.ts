/** An agent without a kernel: answers what it is told, and remembers what it was asked. */

import type {
  AgentApi,
  AnnouncedContainer,
  KnownProcess,
  LineListener,
  PolicyLoadRequest,
  PolicyLoadResult,
  RuleReloadResult,
} from '../../../src/model/agent-api.ts';
import type { KernelReport } from '../../../src/model/capability.ts';
import type { DeliveryApi } from '../../../src/model/delivery-api.ts';
import type { Diagnostic } from '../../../src/model/diagnostic.ts';
import type { PolicyReport, PolicyStatus, SettableMode } from '../../../src/model/policy.ts';
import type {
  Quarantine,
  QuarantineOrder,
  ResponseApi,
  ResponseResult,
} from '../../../src/model/response.ts';
import type { AgentStats } from '../../../src/model/stats.ts';

export const KERNEL: KernelReport = {
  release: '6.18.5',
  machine: 'x86_64',
  capabilities: [
    { name: 'btf', available: true, detail: '/sys/kernel/btf/vmlinux' },
    { name: 'tp_btf', available: true, detail: 'runs' },
    { name: 'lsm', available: false, detail: 'loads and attaches, but never runs' },
  ],
  missingPrivileges: [],
};

export const STATS: AgentStats = {
  startedAt: '2026-01-02T03:04:05.678Z',
  received: 1200,
  decoded: 1198,
  rejected: { too_short: 2, unknown_kind: 0 },
  published: 1190,
  events: {
    ...{ process_exec: 600, process_exit: 500, process_loader: 0, process_dns: 0, enrichment: 1 },
    ...{ process_kprobe: 80, process_lsm: 9, process_tracepoint: 0 },
    ...{ process_uprobe: 0, process_usdt: 0 },
  },
  missed: 6,
  lastSequence: 1207,
  missingSequences: 3,
  lost: [
    { reason: 'ring_full', recordKind: 'exec', hook: '', cgroupId: '4242', count: 4 },
    { reason: 'scratch_busy', recordKind: 'hook', hook: 'sys_openat', cgroupId: '1', count: 3 },
  ],
  counters: { outbox_waiting: 7 },
  hooks: [
    {
      hook: 'sys_openat',
      method: 'sys_enter',
      policies: ['watch-files', 'protect-shadow'],
      selectors: 5,
      runs: 100_000,
      matched: 250,
      posted: 240,
      signalled: 3,
      overridden: 0,
      set: 0,
      runTimeNs: 42_000_000,
      missed: 1,
    },
  ],
  processes: { live: 120, retained: 14, capacity: 65_536, evicted: 1, unknownLookups: 2 },
  workloads: {
    ...{ cgroups: 90, containers: 12, pods: 6, unnamed: 1, unknownLookups: 2, refused: 0 },
    ...{ held: 3, named: 40, expired: 2, overflowed: 0, amended: 1 },
  },
  cluster: [{ what: 'pods', state: 'fresh' }],
  rssBytes: 94_371_840,
};

export const POLICIES: readonly PolicyReport[] = [
  {
    name: 'watch-files',
    file: 'policies/watch-files.yaml',
    state: 'enabled',
    mode: 'monitor_only',
    hooks: [{ kind: 'attached', hook: 'sys_openat', method: 'sys_enter' }],
    activity: [
      {
        hook: 'sys_openat',
        runs: 100_000,
        canary: 'untried',
        fired: 3,
        lastFired: '2026-01-02T03:04:05.678Z',
        actions: { post: 2, no_post: 1 },
        selectors: [
          {
            selector: 'kprobes[0].selectors[0]',
            fired: 2,
            lastFired: '2026-01-02T03:04:05.678Z',
            actions: { post: 2 },
          },
          {
            selector: 'kprobes[0].selectors[1]',
            fired: 1,
            lastFired: '2026-01-02T03:04:04.000Z',
            actions: { no_post: 1 },
          },
        ],
      },
    ],
  },
  {
    name: 'deny-link',
    file: 'policies/deny-link.yaml',
    state: 'load_error',
    mode: 'enforce',
    activity: [],
    hooks: [
      { kind: 'not_found', hook: 'security_path_lnk' },
      {
        kind: 'failed',
        hook: 'security_path_link',
        code: 'ENGINE_HOOK_UNENFORCEABLE',
        reason: 'fmod_ret: the kernel refuses it; lsm: loads and attaches, but never runs',
      },
    ],
  },
];

export const DIAGNOSTIC: Diagnostic = {
  code: 'POLICY_FIELD_UNKNOWN',
  severity: 'error',
  message: 'unknown field `knd`',
  hint: 'did you mean `kind`?',
  location: { file: 'a.yaml', line: 1, column: 1, start: 0, end: 3 },
};

export const QUARANTINE: Quarantine = {
  id: 3,
  scope: 'tree',
  process: { tgid: 42, startNs: 12_345_678_901_234_567_890n },
  rule: 'miner-started',
  reason: 'mines coins',
  since: '2026-01-02T03:04:05Z',
  processes: 2,
  denied: 7,
  lastDenied: '2026-01-02T03:05:00Z',
};

export const RESPONSE: ResponseResult = {
  outcome: 'denied',
  isDryRun: false,
  latencyNs: 1_500_000n,
  processes: 1,
  found: [{ tgid: 42, startNs: 99n, name: 'miner' }],
  reason: '',
  id: 4,
};

/** Its one quarantine is QUARANTINE. */
class FakeResponses implements ResponseApi {
  readonly #asked: string[];
  result: ResponseResult | Error = RESPONSE;

  constructor(asked: string[]) {
    this.#asked = asked;
  }

  quarantines(): readonly Quarantine[] {
    return [QUARANTINE];
  }

  async quarantine({ target, ...order }: QuarantineOrder): Promise<ResponseResult> {
    const { kind, ...value } = target;
    const [named] = Object.values(value);
    this.#asked.push(`quarantine ${kind} ${named} ${JSON.stringify(order)}`);
    if (this.result instanceof Error) throw this.result;
    return this.result;
  }

  async release(id: number): Promise<boolean> {
    this.#asked.push(`release ${id}`);
    return id === QUARANTINE.id;
  }
}

/** Every question is written to `asked`; `publish` reaches those who are subscribed. */
export class FakeAgent implements AgentApi {
  delivery: DeliveryApi | undefined;

  readonly asked: string[] = [];
  readonly responses: FakeResponses = new FakeResponses(this.asked);
  loadResult: PolicyLoadResult | Error = { kind: 'loaded', statuses: POLICIES, diagnostics: [] };
  modeError: Error | undefined;
  reloadResult: RuleReloadResult | Error = {
    ...{ kind: 'loaded', rules: 12, detectors: 1, diagnostics: [] },
  };
  statsResult: AgentStats | Error = STATS;
  readonly #listeners = new Set<LineListener>();

  announceContainer(state: unknown): Promise<AnnouncedContainer> {
    this.asked.push(`announce ${JSON.stringify(state)}`);
    return Promise.resolve({ id: 'c1', pod: 'shop/web-0', unknown: '' });
  }

  version(): string {
    return '1.2.3';
  }

  kernel(): KernelReport {
    return KERNEL;
  }

  stats(): AgentStats {
    if (this.statsResult instanceof Error) throw this.statsResult;
    return this.statsResult;
  }

  policies(): readonly PolicyReport[] {
    return POLICIES;
  }

  async loadPolicies({ text, file, mode, isNew }: PolicyLoadRequest): Promise<PolicyLoadResult> {
    const how = [isNew === true ? ' new' : '', mode === undefined ? '' : ` to ${mode}`].join('');
    this.asked.push(`load${how} ${file}: ${text}`);
    if (this.loadResult instanceof Error) throw this.loadResult;
    return this.loadResult;
  }

  async removePolicy(name: string): Promise<boolean> {
    this.asked.push(`remove ${name}`);
    return POLICIES.some((policy) => policy.name === name);
  }

  async setPolicyEnabled(name: string, isEnabled: boolean): Promise<PolicyStatus | undefined> {
    this.asked.push(`${isEnabled ? 'enable' : 'disable'} ${name}`);
    return statusOf(name);
  }

  async setPolicyMode(name: string, mode: SettableMode): Promise<PolicyStatus | undefined> {
    this.asked.push(`set ${name} to ${mode}`);
    if (this.modeError !== undefined) throw this.modeError;
    const status = statusOf(name);
    return status && { ...status, mode };
  }

  processes(): readonly KnownProcess[] {
    return [
      { json: '{"exec_id":"bjoxOjE=","pid":1,"binary":"/sbin/init","tid":1}', isRunning: true },
      { json: '{"exec_id":"bjoyOjI=","pid":2,"binary":"/bin/gone"}', isRunning: false },
    ];
  }

  async reloadRules(): Promise<RuleReloadResult> {
    this.asked.push('reload rules');
    if (this.reloadResult instanceof Error) throw this.reloadResult;
    return this.reloadResult;
  }

  hasRules(): boolean {
    return false;
  }

  record(listener: LineListener): () => void {
    return this.subscribe(listener);
  }

  subscribe(listener: LineListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  missed = 0;

  noteMissed(count: number): void {
    this.missed += count;
  }

  get subscribers(): number {
    return this.#listeners.size;
  }

  publish(lines: readonly string[]): void {
    for (const listener of this.#listeners) listener(lines);
  }
}

function statusOf(name: string): PolicyStatus | undefined {
  const report = POLICIES.find((policy) => policy.name === name);
  if (report === undefined) return undefined;
  const { activity: _, ...status } = report;
  return status;
}
