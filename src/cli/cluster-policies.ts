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
  readonly policies: Pick<
    AgentPolicies,
    'changeFile' | 'removeFile' | 'removeFiles' | 'statusesOf' | 'has' | 'listen'
  >;
  readonly statuses: ClusterPolicyStatusListener;
  /** Of the node, that a policy is about; undefined when it is not about pods. */
  readonly matchedPods: (policyName: string) => number | undefined;
  readonly logger: Logger;
}

/** What became of the version of a policy that was read last. */
interface Outcome {
  /** Why this version is not in force, though another one may be. */
  readonly error: ClusterPolicyError | undefined;
  /** Of the policy on this node; none when it was left out. */
  readonly names: readonly string[];
}

interface Known {
  policy: ClusterPolicy;
  /** Undefined while the version is on its way. */
  outcome: Outcome | undefined;
  /** As text. */
  reported: string;
}

/**
 * Changes are made in the order in which they are told. What became of each policy is reported when
 * it was made, and again whenever that is no longer so, whoever changed it.
 */
export class ClusterPolicies implements ClusterPolicyListener {
  readonly #options: ClusterPoliciesOptions;
  /** What was taken in last, by the name of its file. */
  readonly #known = new Map<string, Known>();
  #refresh: NodeJS.Immediate | undefined;

  constructor(options: ClusterPoliciesOptions) {
    this.#options = options;
    options.policies.listen(() => this.#refreshSoon());
  }

  replacePolicies(kind: ClusterPolicyKind, policies: readonly ClusterPolicy[]): void {
    const files = new Set(policies.map(fileOf));
    for (const [file, { policy }] of this.#known) {
      if (policy.kind === kind && !files.has(file)) this.#forget(file, policy.uid);
    }
    const isGone = (file: string): boolean => file.startsWith(`${kind}/`) && !files.has(file);
    // Those that an earlier agent had, too.
    this.#run(this.#options.policies.removeFiles('cluster', isGone));
    for (const policy of policies) this.setPolicy(policy);
  }

  setPolicy(policy: ClusterPolicy): void {
    const file = fileOf(policy);
    const before = this.#known.get(file);
    if (before?.policy.uid === policy.uid && before.policy.text === policy.text) {
      // Changed there and back while nobody watched: nothing is to be done, and it is in force.
      before.policy = policy;
      this.#refreshSoon();
      return;
    }
    if (before !== undefined && before.policy.uid !== policy.uid) {
      this.#forget(file, before.policy.uid);
    }
    const known: Known = { policy, outcome: undefined, reported: '' };
    this.#known.set(file, known);
    this.#run(
      this.#options.policies
        .changeFile({ file, text: policy.text, origin: 'cluster' })
        .then((outcome) => {
          known.outcome = readOutcome(outcome);
          this.#refreshSoon();
        }),
    );
  }

  removePolicy(key: ClusterPolicyIdentity): void {
    const file = fileOf(key);
    const known = this.#known.get(file);
    if (known !== undefined) this.#forget(file, known.policy.uid);
    this.#run(this.#options.policies.removeFile({ file, origin: 'cluster' }));
  }

  /** Reports what is no longer as it was reported: states, modes, and counts of pods. */
  refresh(): void {
    for (const known of this.#known.values()) {
      const status = known.outcome && this.#statusOf(known.policy, known.outcome);
      const text = JSON.stringify(status);
      if (status === undefined || text === known.reported) continue;
      known.reported = text;
      this.#options.statuses.reportStatus(status);
    }
  }

  /** Many policies may change in one go, as when all are told. */
  #refreshSoon(): void {
    this.#refresh ??= setImmediate(() => {
      this.#refresh = undefined;
      this.refresh();
    });
  }

  #forget(file: string, uid: string): void {
    this.#known.delete(file);
    this.#options.statuses.forgetStatus(uid);
  }

  #statusOf(policy: ClusterPolicy, { error, names }: Outcome): ClusterPolicyStatus {
    const { kind, name, uid, generation, namespace = '' } = policy;
    const object = { kind, name, uid, generation, namespace };
    const { policies, matchedPods } = this.#options;
    const [there] = policies.statusesOf({ file: fileOf(policy), origin: 'cluster' });
    if (there !== undefined) {
      const { state, mode, hooks } = there;
      const counts = { matchedPods: matchedPods(there.name) };
      return { object, state, mode, hooks, ...counts, error: error ?? hookError(there) };
    }
    const isTaken = names.length === 0 || names.some((one) => policies.has(one));
    const problem = error ?? (isTaken ? DUPLICATE : undefined);
    // Without a problem, somebody took it away on this node.
    return { object, state: problem ? 'load_error' : 'disabled', hooks: [], error: problem };
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
  message: 'this node has another policy of that name',
  place: '',
};

/** `TracingPolicyNamespaced/shop/guard`. */
function fileOf({ kind, namespace, name }: ClusterPolicyIdentity): string {
  return [kind, namespace, name].filter((part) => part).join('/');
}

function readOutcome({ statuses, diagnostics }: FileOutcome): Outcome {
  const refused = statuses.find(({ keepsPrevious }) => keepsPrevious);
  return {
    error: diagnosticError(diagnostics) ?? (refused && hookError(refused)),
    names: statuses.map(({ name }) => name),
  };
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
