/** The policies of a running agent: their texts, what they became, and what is kept of them. */
import { type KernelBtfTypes, type PolicySensors, trimMemory } from '../engine/index.ts';
import type { PolicyLoadRequest, PolicyLoadResult } from '../model/agent-api.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { FindingLevel } from '../model/finding.ts';
import type { Logger } from '../model/log.ts';
import type { PolicyPlan } from '../model/plan.ts';
import type { PolicyStatus, SettableMode } from '../model/policy.ts';
import { SOURCE_PREFIX } from '../rules/detection/sources/of-source.ts';
import { compilePolicies } from '../rules/policy/index.ts';
import type { FileDiagnostics, PolicyFile } from './agent-options.ts';
import type { Persistence } from './persistence/persistence.ts';
import type { PolicyOrigin, SavedPolicy } from './persistence/saved-state.ts';
import { SerialQueue } from './serial-queue.ts';

/** A file, and what it is to the agent. */
export interface Source extends PolicyFile {
  readonly origin: PolicyOrigin;
}

/** What became of a version of a file. */
export interface FileOutcome {
  /** Of its policies, but those whose name is taken; none when the version has errors. */
  readonly statuses: readonly PolicyStatus[];
  readonly diagnostics: readonly Diagnostic[];
}

interface Compiled {
  readonly plan: PolicyPlan;
  readonly source: Source;
}

export interface AgentPoliciesOptions {
  readonly sensors: PolicySensors;
  readonly types: KernelBtfTypes;
  readonly persistence: Persistence | undefined;
  readonly logger: Logger;
}

/** Changes are made one after the other, in the order they were asked for. */
export class AgentPolicies {
  /** What the checks said of the files the agent was started with. */
  readonly diagnostics: FileDiagnostics[] = [];
  readonly #options: AgentPoliciesOptions;
  readonly #changes = new SerialQueue();
  readonly #sources = new Map<string, Source>();
  readonly #alerts = new Map<string, FindingLevel>();
  readonly #listeners = new Set<() => void>();

  constructor(options: AgentPoliciesOptions) {
    this.#options = options;
  }

  /** Tells of every change of policies when it was made. Listeners do not throw. */
  listen(onChange: () => void): void {
    this.#listeners.add(onChange);
  }

  /** Puts the policies of the files in force, and those an earlier agent was given otherwise. */
  start(files: readonly Source[]): void {
    const compiled = files.flatMap((file) => {
      const { plans, diagnostics } = this.#compile(file);
      this.diagnostics.push({ file: file.file, text: file.text, diagnostics });
      return plans.map((plan) => ({ plan, source: file }));
    });
    const first = withoutDuplicates(compiled);
    const saved = new Map(this.#saved.map((policy) => [policy.name, policy]));
    const all = [...first, ...this.#restore(first)];
    const { manager } = this.#options.sensors;
    // What an earlier agent knew of the node holds until somebody says it anew, as its policies do.
    const labels = this.#options.persistence?.savedNodeLabels;
    if (labels !== undefined) manager.setNodeLabels(labels);
    manager.put(
      all.map(({ plan }) => {
        const { mode, isEnabled } = saved.get(plan.name) ?? {};
        return { plan, mode, isEnabled };
      }),
    );
    // What the manager refuses for its name is in its log.
    manager.addAll(compiled.filter((one) => !first.includes(one)).map(({ plan }) => plan));
    for (const { plan, source } of all) this.#note(plan, source);
    this.#release();
  }

  load({ text, file, mode, isNew }: PolicyLoadRequest): Promise<PolicyLoadResult> {
    return this.#change(() => {
      const { plans, diagnostics } = this.#compile({ file, text });
      if (plans.length === 0) return { kind: 'rejected', diagnostics };
      const old = isNew === true ? plans.find(({ name }) => this.#isAlive(name)) : undefined;
      if (old !== undefined) return { kind: 'exists', name: old.name };
      const statuses = this.#put(plans, { file, text, origin: 'api' }, { mode });
      return { kind: 'loaded', statuses, diagnostics };
    });
  }

  /**
   * Takes in a file of the watched directory, or an object of the cluster: its policies are added
   * or replaced, those it no longer has are removed. With errors in it, what was in force stays.
   */
  changeFile(source: Source): Promise<FileOutcome> {
    return this.#change(() => {
      const { file } = source;
      const { plans, diagnostics } = this.#compile(source);
      for (const { severity, code, message, location } of diagnostics) {
        const place = `${location.file}:${location.line}:${location.column}`;
        this.#options.logger[severity === 'error' ? 'error' : 'warn']({ code, place }, message);
      }
      const hasErrors = diagnostics.some(({ severity }) => severity === 'error');
      if (hasErrors) return { statuses: [], diagnostics };
      const own = plans.filter(({ name }) => !this.#isOfOtherFile(name, file));
      const names = new Set(plans.map(({ name }) => name));
      const gone = this.#namesOf(source).filter((name) => !names.has(name));
      return { statuses: this.#put(own, source, { gone }), diagnostics };
    });
  }

  /** Removes the policies of a file that is gone from where it came. */
  removeFile(source: Omit<Source, 'text'>): Promise<void> {
    return this.#change(() => {
      for (const name of this.#namesOf(source)) this.#options.sensors.manager.remove(name);
    });
  }

  /** Removes the policies of those files from there that are gone. */
  removeFiles(origin: PolicyOrigin, isGone: (file: string) => boolean): Promise<void> {
    return this.#change(() => {
      const gone = [...this.#sources.values()].filter(
        (source) => source.origin === origin && isGone(source.file),
      );
      for (const name of gone.flatMap((source) => this.#namesOf(source))) {
        this.#options.sensors.manager.remove(name);
      }
    });
  }

  /** Labels of the node, for policies that ask for them. */
  setNodeLabels(labels: Readonly<Record<string, string>>): Promise<void> {
    return this.#change(() => {
      this.#options.persistence?.saveNodeLabels(labels);
      this.#options.sensors.manager.setNodeLabels(labels);
    });
  }

  /** Policies that are there from a file now, of whichever version of it. */
  statusesOf(source: Omit<Source, 'text'>): readonly PolicyStatus[] {
    const { manager } = this.#options.sensors;
    return [...this.#sources]
      .filter(([, { origin, file }]) => origin === source.origin && file === source.file)
      .flatMap(([name]) => manager.status(name) ?? []);
  }

  /** Severity of the alerts that its text makes of its events. */
  alertOf(name: string): FindingLevel | undefined {
    return this.#alerts.get(name);
  }

  /** Whether there is a policy of that name, wherever it came from. */
  has(name: string): boolean {
    return this.#options.sensors.manager.status(name) !== undefined;
  }

  remove(name: string): Promise<boolean> {
    return this.#change(() => !isSource(name) && this.#options.sensors.manager.remove(name));
  }

  setEnabled(name: string, isEnabled: boolean): Promise<PolicyStatus | undefined> {
    const { manager } = this.#options.sensors;
    return this.#change(() => (isSource(name) ? undefined : manager.setEnabled(name, isEnabled)));
  }

  setMode(name: string, mode: SettableMode): Promise<PolicyStatus | undefined> {
    const { manager } = this.#options.sensors;
    return this.#change(() => (isSource(name) ? undefined : manager.setMode(name, mode)));
  }

  /** What the next agent has to be told. */
  saved(): readonly SavedPolicy[] {
    return this.#options.sensors.manager.held().flatMap(({ name, isEnabled, mode }) => {
      const source = this.#sources.get(name);
      return source === undefined ? [] : [{ name, ...source, isEnabled, mode }];
    });
  }

  get #saved(): readonly SavedPolicy[] {
    return this.#options.persistence?.savedPolicies ?? [];
  }

  #namesOf(source: Omit<Source, 'text'>): readonly string[] {
    return this.statusesOf(source).map(({ name }) => name);
  }

  /** One that failed, or that is not for this node, stands in nobody's way. */
  #isAlive(name: string): boolean {
    const state = this.#options.sensors.manager.status(name)?.state;
    return state !== undefined && state !== 'load_error' && state !== 'skipped';
  }

  #isOfOtherFile(name: string, file: string): boolean {
    const source = this.#sources.get(name);
    const isHeld = this.#options.sensors.manager.status(name) !== undefined;
    if (!isHeld || source === undefined || source.origin === 'api' || source.file === file) {
      return false;
    }
    this.#options.logger.error(
      { policy: name, file, code: 'ENGINE_POLICY_DUPLICATE' },
      `policy ${name} is left out: ${source.file} has one of that name`,
    );
    return true;
  }

  #put(
    plans: readonly PolicyPlan[],
    source: Source,
    options: { readonly mode?: SettableMode | undefined; readonly gone?: readonly string[] },
  ): readonly PolicyStatus[] {
    const { mode, gone } = options;
    const intents = plans.map((plan) => ({ plan, mode }));
    const statuses = this.#options.sensors.manager.put(intents, gone);
    for (const { name, keepsPrevious } of statuses) {
      const plan = plans.find((one) => one.name === name);
      if (keepsPrevious !== true && plan !== undefined) this.#note(plan, source);
    }
    return statuses;
  }

  /** Of the version that is in force. */
  #note({ name, alert }: PolicyPlan, source: Source): void {
    this.#sources.set(name, source);
    if (alert === undefined) this.#alerts.delete(name);
    else this.#alerts.set(name, alert);
  }

  /**
   * Policies an earlier agent had that are not among these: those it was given through the API, and
   * those whose file is broken now, in the version that was in force.
   */
  #restore(present: readonly Compiled[]): readonly Compiled[] {
    const names = new Set(present.map(({ plan }) => plan.name));
    const broken = new Set(
      this.diagnostics
        .filter(({ diagnostics }) => diagnostics.some(({ severity }) => severity === 'error'))
        .map(({ file }) => file),
    );
    return (
      this.#saved
        .filter(({ name }) => !names.has(name))
        // What a cluster has is said again when its API server answers, and stays until then.
        .filter(({ origin, file }) => origin !== 'directory' || broken.has(file))
        .filter(({ origin, file }) => origin !== 'start' || broken.has(file))
        .flatMap(({ name, file, text, origin }) => {
          const { plans } = this.#compile({ file, text });
          const plan = plans.find((one) => one.name === name);
          return plan === undefined ? [] : [{ plan, source: { file, text, origin } }];
        })
    );
  }

  #compile({ file, text }: PolicyFile): ReturnType<typeof compilePolicies> {
    const { types } = this.#options;
    return compilePolicies(text, file, { kernel: types, missingHooks: 'allow' });
  }

  #change<T>(change: () => T): Promise<T> {
    return this.#changes.run(() => {
      try {
        return change();
      } finally {
        this.#options.persistence?.savePolicies(this.saved());
        this.#release();
        for (const tell of this.#listeners) tell();
      }
    });
  }

  #release(): void {
    this.#options.types.release();
    trimMemory();
  }
}

function withoutDuplicates(compiled: readonly Compiled[]): readonly Compiled[] {
  const names = new Set<string>();
  return compiled.filter(({ plan: { name } }) => !names.has(name) && names.add(name));
}

/** What rules have in the kernel is theirs alone to change. */
function isSource(name: string): boolean {
  return name.startsWith(SOURCE_PREFIX);
}
