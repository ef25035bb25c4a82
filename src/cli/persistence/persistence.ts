/**
 * What outlives the agent: pins on a bpf file system, and beside them, in files that are as
 * short-lived, what the next agent has to know to go on.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type NumberedScope,
  PinSet,
  type SavedHook,
  type SavedQuarantine,
  unloadResponses,
} from '../../engine/index.ts';
import type { Logger } from '../../model/log.ts';
import { CliError } from '../errors.ts';
import { removeSavedDetections } from './saved-detections.ts';
import { type NodeLabels, type SavedAgent, type SavedPolicy, SavedState } from './saved-state.ts';

/** BPF_FS_MAGIC. */
const BPF_FILE_SYSTEM = 0xcafe4a11;

const MOUNT_POINT = '/sys/fs/bpf';

export interface PersistenceOptions {
  /** On a bpf file system. */
  readonly pinDirectory: string;
  /** Should be emptied by a reboot, as the pins are. */
  readonly stateDirectory: string;
}

/** One per running agent. */
export class Persistence {
  readonly pins: PinSet;
  /** What the agent before this one had; empty when there was none on this boot. */
  readonly savedPolicies: readonly SavedPolicy[];
  readonly savedHooks: readonly SavedHook[];
  readonly savedScopes: readonly NumberedScope[];
  /** Undefined when nobody had said them. */
  readonly savedNodeLabels: NodeLabels | undefined;
  readonly #options: PersistenceOptions;
  readonly #state: SavedState;
  readonly #name: string;

  /**
   * Claims the directories. `build` names the probes of this agent. Throws CLI_STATE_IN_USE when
   * another agent that is alive has them.
   */
  constructor(options: PersistenceOptions, build: string) {
    this.#options = options;
    this.#state = new SavedState(options.stateDirectory);
    const before = checkOwner(this.#state.agent());
    const isSameBoot = before !== undefined && before.bootId === bootId();
    const old = isSameBoot ? join(options.pinDirectory, before.pins) : '';
    const isAdopted = isSameBoot && before.build === build && isWhole(old);
    this.#name = isAdopted ? before.pins : `agent-${process.pid}-${Date.now()}`;
    this.pins = new PinSet({ directory: join(options.pinDirectory, this.#name), isAdopted });
    this.savedPolicies = isSameBoot ? this.#state.policies() : [];
    this.savedHooks = isAdopted ? this.#state.hooks() : [];
    this.savedScopes = isAdopted ? this.#state.scopes() : [];
    this.savedNodeLabels = isSameBoot ? this.#state.nodeLabels() : undefined;
    if (!isAdopted) this.#state.clearHooks();
  }

  /** Tells the next agent that this one has taken over. Only once its policies are in force. */
  settle(build: string, policies: readonly SavedPolicy[]): void {
    this.#state.savePolicies(policies);
    this.#state.saveAgent({
      build,
      bootId: bootId(),
      pins: this.#name,
      pid: process.pid,
      startTicks: startTicksOf(process.pid) ?? '',
    });
    removeSets(this.#options.pinDirectory, this.#name);
  }

  /** What is pinned of responses is beside the sets, and of no agent in particular. */
  get responsePins(): string {
    return this.#options.pinDirectory;
  }

  /** What any agent before this one quarantined. */
  savedQuarantines(): readonly SavedQuarantine[] {
    return this.#state.quarantines();
  }

  saveQuarantines(quarantines: readonly SavedQuarantine[]): void {
    this.#state.saveQuarantines(quarantines);
  }

  saveHook(hook: SavedHook): void {
    this.#state.saveHook(hook);
  }

  /** What numbers in the rows of workloads mean. */
  saveScopes(scopes: readonly NumberedScope[]): void {
    this.#state.saveScopes(scopes);
  }

  savePolicies(policies: readonly SavedPolicy[]): void {
    this.#state.savePolicies(policies);
  }

  saveNodeLabels(labels: NodeLabels): void {
    this.#state.saveNodeLabels(labels);
  }

  /** After an ordered end that leaves nothing in force. */
  remove(): void {
    this.pins.close();
    this.#state.remove();
  }
}

/** Undefined, with a warning, where pins cannot be kept: enforcement then ends with the agent. */
export function openPersistence(
  options: PersistenceOptions,
  build: string,
  logger: Logger,
): Persistence | undefined {
  const problem = preparePins(options.pinDirectory);
  if (problem === undefined) return new Persistence(options, build);
  logger.warn({ directory: options.pinDirectory }, `enforcement ends with the agent: ${problem}`);
  return undefined;
}

/** Takes out of force what agents left. Throws CLI_STATE_IN_USE while one of them is alive. */
export function unload({ pinDirectory, stateDirectory }: PersistenceOptions): boolean {
  const state = new SavedState(stateDirectory);
  const agent = checkOwner(state.agent());
  const found = removeSets(pinDirectory, undefined);
  const wereQuarantined = unloadResponses(pinDirectory);
  state.remove();
  state.removeQuarantines();
  removeSavedDetections(stateDirectory);
  return found || wereQuarantined || agent !== undefined;
}

/** Why pins cannot be kept there, or undefined. */
function preparePins(directory: string): string | undefined {
  const isOurs = directory === MOUNT_POINT || directory.startsWith(`${MOUNT_POINT}/`);
  if (isOurs && !isBpf(MOUNT_POINT)) spawnSync('mount', ['-t', 'bpf', 'bpf', MOUNT_POINT]);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return isBpf(directory) ? undefined : `${directory} is not on a bpf file system`;
}

function isBpf(directory: string): boolean {
  try {
    return statfsSync(directory).type === BPF_FILE_SYSTEM;
  } catch {
    return false;
  }
}

/** The last link to be pinned is that of exec. */
function isWhole(directory: string): boolean {
  return existsSync(join(directory, 'base', 'process_exec'));
}

function removeSets(directory: string, kept: string | undefined): boolean {
  if (!existsSync(directory)) return false;
  const sets = readdirSync(directory).filter((name) => name.startsWith('agent-') && name !== kept);
  for (const name of sets) rmSync(join(directory, name), { recursive: true, force: true });
  return sets.length > 0;
}

function checkOwner(agent: SavedAgent | undefined): SavedAgent | undefined {
  if (agent === undefined || agent.pid === process.pid) return agent;
  if (agent.bootId !== bootId() || startTicksOf(agent.pid) !== agent.startTicks) return agent;
  throw new CliError('CLI_STATE_IN_USE', `an agent with pid ${agent.pid} has these directories`);
}

/** Of the kernel; another one after every start of the machine. */
export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** When a process started, in clock ticks; undefined when it does not run. */
function startTicksOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before the last parenthesis may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
