/** What an agent writes down for the one after it, on a file system that a reboot empties. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { NumberedScope, SavedHook, SavedQuarantine } from '../../engine/index.ts';
import type { SettableMode } from '../../model/policy.ts';

const QUARANTINES = 'quarantines.json';

/** Where a policy came from, which says who may take it away. */
export type PolicyOrigin = 'start' | 'directory' | 'api' | 'cluster';

export interface SavedPolicy {
  readonly name: string;
  readonly file: string;
  /** The whole text that it was in. */
  readonly text: string;
  readonly origin: PolicyOrigin;
  readonly isEnabled: boolean;
  /** Set while it was in force. */
  readonly mode?: SettableMode | undefined;
}

/** Labels of the node, which say whether policies for some nodes are for this one. */
export type NodeLabels = Readonly<Record<string, string>>;

/** Who the agent is, and what it works with. */
export interface SavedAgent {
  /** Of the probes; with others, what was left cannot be gone on with. */
  readonly build: string;
  readonly bootId: string;
  /** Name of its directory of pins. */
  readonly pins: string;
  readonly pid: number;
  /** Tells the process from a later one with its pid. */
  readonly startTicks: string;
}

/** Files below one directory; each is replaced in one step. */
export class SavedState {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Undefined when there is none, or none that can be read. */
  agent(): SavedAgent | undefined {
    return this.#read<SavedAgent>('agent.json');
  }

  policies(): readonly SavedPolicy[] {
    return this.#read<readonly SavedPolicy[]>('policies.json') ?? [];
  }

  hooks(): readonly SavedHook[] {
    try {
      const names = readdirSync(join(this.#directory, 'hooks')).filter((n) => n.endsWith('.json'));
      return names.flatMap((name) => this.#read<SavedHook>(join('hooks', name)) ?? []);
    } catch {
      return [];
    }
  }

  scopes(): readonly NumberedScope[] {
    return this.#read<readonly NumberedScope[]>('scopes.json') ?? [];
  }

  /** Undefined when nobody has said them. */
  nodeLabels(): NodeLabels | undefined {
    return this.#read<NodeLabels>('node-labels.json');
  }

  saveNodeLabels(labels: NodeLabels): void {
    this.#write('node-labels.json', labels);
  }

  quarantines(): readonly SavedQuarantine[] {
    return this.#read<readonly SavedQuarantine[]>(QUARANTINES) ?? [];
  }

  saveQuarantines(quarantines: readonly SavedQuarantine[]): void {
    if (quarantines.length > 0) this.#write(QUARANTINES, quarantines);
    else this.removeQuarantines();
  }

  /** They outlive an ordered end, unlike all else. */
  removeQuarantines(): void {
    rmSync(join(this.#directory, QUARANTINES), { force: true });
  }

  saveScopes(scopes: readonly NumberedScope[]): void {
    this.#write('scopes.json', scopes);
  }

  saveAgent(agent: SavedAgent): void {
    this.#write('agent.json', agent);
  }

  savePolicies(policies: readonly SavedPolicy[]): void {
    this.#write('policies.json', policies);
  }

  saveHook(hook: SavedHook): void {
    this.#write(join('hooks', `${hook.hookId}.json`), hook);
  }

  /** Forgets hooks; for an agent that begins anew. */
  clearHooks(): void {
    rmSync(join(this.#directory, 'hooks'), { recursive: true, force: true });
  }

  remove(): void {
    for (const name of ['agent', 'policies', 'scopes', 'node-labels']) {
      rmSync(join(this.#directory, `${name}.json`), { force: true });
    }
    this.clearHooks();
  }

  #read<T>(name: string): T | undefined {
    try {
      return JSON.parse(readFileSync(join(this.#directory, name), 'utf8'));
    } catch {
      return undefined;
    }
  }

  #write(name: string, value: unknown): void {
    const path = join(this.#directory, name);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(`${path}.new`, JSON.stringify(value), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }
}
