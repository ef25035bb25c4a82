/** Policies of a cluster: taken in as files are, and told what became of them. */
import type {
  ClusterPolicy,
  ClusterPolicyIdentity,
  ClusterPolicyKind,
  ClusterPolicyListener,
} from '../model/cluster-policy.ts';
import type {
  ClusterPolicyError,
  ClusterPolicyStatus,
  ClusterPolicyStatusListener,
} from '../model/cluster-policy-status.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { CodedError } from '../model/errors.ts';
import type { Logger } from '../model/log.ts';
import type { HookStatus, PolicyStatus } from '../model/policy.ts';
import type { AgentPolicies, FileOutcome } from './agent-policies.ts';

export interface ClusterPoliciesOptions {
  readonly policies: Pick<AgentPolicies, 'changeFile' | 'removeFile' | 'removeFiles' | 'statusOf'>;
  readonly statuses: ClusterPolicyStatusListener;
  /** Of the node, that a policy is about; undefined when it is not about pods. */
  readonly matchedPods: (policyName: string) => number | undefined;
  readonly logger: Logger;
}

/** Changes are made in the order in which they are told; each is reported when it was made. */
export class ClusterPolicies implements ClusterPolicyListener {
  readonly #options: ClusterPoliciesOptions;
  /** What was taken in last, by the name of its file. */
  readonly #known = new Map<string, ClusterPolicy>();
  /** What became of it. */
  readonly #outcomes = new Map<string, Promise<FileOutcome>>();

  constructor(options: ClusterPoliciesOptions) {
    this.#options = options;
  }

  replacePolicies(kind: ClusterPolicyKind, policies: readonly ClusterPolicy[]): void {
    const files = new Set(policies.map(fileOf));
    for (const [file, known] of this.#known) {
      if (known.kind === kind && !files.has(file)) this.#forget(file, known.uid);
    }
    const isGone = (file: string): boolean => file.startsWith(`${kind}/`) && !files.has(file);
    // Those that an earlier agent had, too.
    this.#run(this.#options.policies.removeFiles('cluster', isGone));
    for (const policy of policies) this.setPolicy(policy);
  }

  setPolicy(policy: ClusterPolicy): void {
    const file = fileOf(policy);
    const known = this.#known.get(file);
    const isSame = known?.uid === policy.uid && known.text === policy.text;
    if (isSame && known.generation === policy.generation) return;
    if (known !== undefined && known.uid !== policy.uid) this.#forget(file, known.uid);
    this.#known.set(file, policy);
    const before = isSame ? this.#outcomes.get(file) : undefined;
    const outcome =
      before ?? this.#options.policies.changeFile({ file, text: policy.text, origin: 'cluster' });
    this.#outcomes.set(file, outcome);
    this.#run(outcome.then((result) => this.#report(policy, result)));
  }

  /** Reports what has become of policies since: with the node's labels, its pods, the API. */
  refresh(): void {
    for (const [file, policy] of this.#known) this.#run(this.#refresh(file, policy));
  }

  async #refresh(file: string, policy: ClusterPolicy): Promise<void> {
    const { statuses = [], diagnostics = [] } = (await this.#outcomes.get(file)) ?? {};
    const [before] = statuses;
    if (before === undefined) return;
    // That of a refused version says why; in force is another one.
    const now = await this.#options.policies.statusOf(before.name);
    const status = now && (before.keepsPrevious === true ? before : now);
    if (status !== undefined) this.#report(policy, { statuses: [status], diagnostics });
  }

  removePolicy(key: ClusterPolicyIdentity): void {
    const file = fileOf(key);
    const known = this.#known.get(file);
    if (known !== undefined) this.#forget(file, known.uid);
    this.#run(this.#options.policies.removeFile({ file, origin: 'cluster' }));
  }

  #forget(file: string, uid: string): void {
    this.#known.delete(file);
    this.#outcomes.delete(file);
    this.#options.statuses.forgetStatus(uid);
  }

  #report(policy: ClusterPolicy, { statuses, diagnostics }: FileOutcome): void {
    // A later version is on its way, and will be reported.
    if (this.#known.get(fileOf(policy)) !== policy) return;
    const { kind, name, uid, generation } = policy;
    const object = { kind, name, uid, generation, namespace: policy.namespace ?? '' };
    const [status] = statuses;
    const base: Omit<ClusterPolicyStatus, 'error'> =
      status === undefined
        ? { object, state: 'load_error', hooks: [] }
        : {
            ...{ object, state: status.state, mode: status.mode, hooks: status.hooks },
            matchedPods: this.#options.matchedPods(status.name),
          };
    const error = diagnosticError(diagnostics) ?? (status && hookError(status));
    const isDuplicate = status === undefined && error === undefined;
    this.#options.statuses.reportStatus({ ...base, error: isDuplicate ? DUPLICATE : error });
  }

  #run(change: Promise<unknown>): void {
    change.catch((error: unknown) => {
      const code = error instanceof CodedError ? error.code : undefined;
      this.#options.logger.error({ error, code }, 'a policy of the cluster could not be changed');
    });
  }
}

const DUPLICATE: ClusterPolicyError = {
  code: 'ENGINE_POLICY_DUPLICATE',
  message: 'this node has a policy of that name from a file',
  place: '',
};

/** `TracingPolicyNamespaced/shop/guard`. */
function fileOf({ kind, namespace, name }: ClusterPolicyIdentity): string {
  return [kind, namespace, name].filter((part) => part).join('/');
}

function diagnosticError(diagnostics: readonly Diagnostic[]): ClusterPolicyError | undefined {
  const first = diagnostics.find(({ severity }) => severity === 'error');
  if (first === undefined) return undefined;
  const { code, message, location } = first;
  return { code, message, place: `${location.line}:${location.column}` };
}

function hookError({ hooks }: PolicyStatus): ClusterPolicyError | undefined {
  const failed = hooks.find(
    (hook): hook is HookStatus & { kind: 'failed' } => hook.kind === 'failed',
  );
  return failed && { code: failed.code, message: failed.reason, place: failed.hook };
}
