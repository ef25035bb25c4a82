/** Policies of an agent without a kernel: the text of each says what becomes of it. */
import { setImmediate } from 'node:timers/promises';
import type { FileOutcome, Source } from '../../../src/cli/agent-policies.ts';
import type { ClusterPoliciesOptions } from '../../../src/cli/cluster-policies.ts';
import type { Diagnostic } from '../../../src/model/diagnostic.ts';
import type { HookStatus, PolicyStatus } from '../../../src/model/policy.ts';

/** What a text says, as JSON. */
export interface PolicyText {
  readonly name: string;
  /** Attached, unless said otherwise. */
  readonly fate?: 'wrong' | 'not attached';
  /** For nodes of that pool only. */
  readonly pool?: string;
}

export const ATTACHED: HookStatus = { kind: 'attached', hook: 'sys_mount', method: 'fentry' };
export const DETACHED: HookStatus = { kind: 'detached', hook: 'sys_mount' };
export const FAILED: HookStatus = {
  ...{ kind: 'failed', hook: 'sys_mount' },
  ...{ code: 'ENGINE_HOOK_REFUSED', reason: 'fentry: no' },
};
export const WRONG: Diagnostic = {
  ...{ code: 'POLICY_FIELD_UNKNOWN', severity: 'error', message: 'no field `x`' },
  location: { file: 'f', line: 3, column: 5, start: 0, end: 1 },
};

interface Held {
  readonly source: Omit<Source, 'text'>;
  readonly text: PolicyText;
  readonly isEnabled: boolean;
}

/** Behaves as the policies of an agent do towards those of a cluster. */
export class MemoryPolicies {
  readonly #held = new Map<string, Held>();
  #pool: string | undefined;
  #onChange: () => void = () => {};

  readonly policies: ClusterPoliciesOptions['policies'] = {
    listen: (onChange) => {
      this.#onChange = onChange;
    },
    has: (name) => this.#held.has(name),
    statusesOf: ({ file, origin }) =>
      [...this.#held.values()]
        .filter(({ source }) => source.file === file && source.origin === origin)
        .map((held) => this.#statusOf(held)),
    changeFile: async (source) => this.#change(() => this.#take(source)),
    removeFile: async ({ file }) => this.#change(() => this.#removeAll((one) => one === file)),
    removeFiles: async (_, isGone) => this.#change(() => this.#removeAll(isGone)),
  };

  /** As a file of the node, or an earlier agent, has it. */
  hold(source: Omit<Source, 'text'>, name: string): void {
    this.#held.set(name, { source, text: { name }, isEnabled: true });
  }

  setPool(pool: string): void {
    this.#change(() => {
      this.#pool = pool;
    });
  }

  /** As users do on the node. */
  disable(name: string): void {
    const held = this.#held.get(name);
    if (held !== undefined) this.#change(() => this.#held.set(name, { ...held, isEnabled: false }));
  }

  remove(name: string): void {
    this.#change(() => this.#held.delete(name));
  }

  get names(): readonly string[] {
    return [...this.#held.keys()];
  }

  #take({ text, ...source }: Source): FileOutcome {
    const read: PolicyText = JSON.parse(text);
    const { name, fate } = read;
    if (fate === 'wrong') return { statuses: [], diagnostics: [WRONG] };
    const before = this.#held.get(name);
    if (before !== undefined && before.source.file !== source.file) {
      return { statuses: [], diagnostics: [] };
    }
    const held: Held = { source, text: read, isEnabled: true };
    const status = this.#statusOf(held);
    const keepsPrevious = fate === 'not attached' && before !== undefined;
    if (keepsPrevious) return { statuses: [{ ...status, keepsPrevious }], diagnostics: [] };
    this.#held.set(name, held);
    return { statuses: [status], diagnostics: [] };
  }

  #statusOf({ source, text, isEnabled }: Held): PolicyStatus {
    const { name, fate, pool } = text;
    const base = { name, file: source.file, mode: 'enforce' } as const;
    if (fate === 'not attached') return { ...base, state: 'load_error', hooks: [FAILED] };
    if (!isEnabled) return { ...base, state: 'disabled', hooks: [DETACHED] };
    const isSkipped = pool !== undefined && pool !== this.#pool;
    if (isSkipped) return { ...base, state: 'skipped', hooks: [DETACHED] };
    return { ...base, state: 'enabled', hooks: [ATTACHED] };
  }

  #removeAll(isGone: (file: string) => boolean): void {
    for (const [name, { source }] of this.#held) if (isGone(source.file)) this.#held.delete(name);
  }

  #change<T>(change: () => T): T {
    const result = change();
    this.#onChange();
    return result;
  }
}

/** Lets what was begun come to its end. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await setImmediate();
}
