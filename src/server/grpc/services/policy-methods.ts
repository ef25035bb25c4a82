/** Methods that list and change policies, and the older ones of sensors, which do the same. */
import type { ServiceImpl } from '@connectrpc/connect';
import type { AgentApi } from '../../../model/agent-api.ts';
import type { Diagnostic } from '../../../model/diagnostic.ts';
import type { PolicyReport, SettableMode } from '../../../model/policy.ts';
import { ServerError } from '../../errors.ts';
import { policyExists } from '../../policy-exists.ts';
import { type FineGuidanceSensors, TracingPolicyMode } from '../generated/tetragon/sensors_pb.ts';
import { errorOf, PolicyIds, sensorsOf } from './policy-status.ts';

/** Names the text in diagnostics. */
const FILE = 'grpc.yaml';
/** Diagnostics in one message. */
const DIAGNOSTICS_MAX = 20;
/** What watches processes belongs to no policy. */
const BASE_SENSOR = '__base__';

type Methods = Pick<
  ServiceImpl<typeof FineGuidanceSensors>,
  | 'addTracingPolicy'
  | 'deleteTracingPolicy'
  | 'listTracingPolicies'
  | 'configureTracingPolicy'
  | 'enableTracingPolicy'
  | 'disableTracingPolicy'
  | 'listSensors'
  | 'enableSensor'
  | 'disableSensor'
  | 'removeSensor'
  | 'listDomains'
>;

interface PolicyName {
  readonly name: string;
  readonly namespace?: string;
  readonly domain?: string;
}

export function policyMethods(api: AgentApi): Methods {
  const ids = new PolicyIds();
  const enable = async (asked: PolicyName, isEnabled: boolean): Promise<object> => {
    const name = nameOf(asked);
    return known(await api.setPolicyEnabled(name, isEnabled), name);
  };
  const remove = async (asked: PolicyName): Promise<object> => {
    const name = nameOf(asked);
    return known((await api.removePolicy(name)) || undefined, name);
  };
  return {
    async addTracingPolicy({ yaml, domain }) {
      refuseDomain(domain);
      const result = await api.loadPolicies({ text: yaml, file: FILE, isNew: true });
      if (result.kind === 'exists') throw policyExists(result.name);
      if (result.kind === 'rejected') {
        throw new ServerError('SERVER_POLICY_REJECTED', describe(result.diagnostics));
      }
      // Whoever adds one takes an answer without a reason for one that is in force.
      const failed = result.statuses.filter(({ state }) => state === 'load_error');
      if (failed.length === 0) return {};
      const reasons = failed.map((status) => `${status.name}: ${errorOf(status)}`);
      throw new ServerError('SERVER_POLICY_FAILED', reasons.join('\n'));
    },
    deleteTracingPolicy: remove,
    listTracingPolicies({ domain }) {
      // Every policy is of the empty domain.
      return { policies: domain === '' ? [...ids.number(api.policies())] : [] };
    },
    async configureTracingPolicy(asked) {
      const name = nameOf(asked);
      const { enable: isEnabled, mode } = asked;
      // Known before anything is changed.
      const settable = mode === undefined ? undefined : settableMode(mode);
      known(
        api.policies().find((policy) => policy.name === name),
        name,
      );
      if (isEnabled !== undefined) await enable(asked, isEnabled);
      if (settable !== undefined) known(await api.setPolicyMode(name, settable), name);
      return {};
    },
    enableTracingPolicy: (asked) => enable(asked, true),
    disableTracingPolicy: (asked) => enable(asked, false),
    listSensors: () => ({
      sensors: [
        { name: BASE_SENSOR, enabled: true, collection: BASE_SENSOR },
        ...api.policies().flatMap(sensorStatuses),
      ],
    }),
    enableSensor: (asked) => enable(asked, true),
    disableSensor: (asked) => enable(asked, false),
    removeSensor: remove,
    listDomains: () => ({ domains: [] }),
  };
}

function sensorStatuses(report: PolicyReport): readonly {
  readonly name: string;
  readonly enabled: boolean;
  readonly collection: string;
}[] {
  const enabled = report.state === 'enabled' || report.state === 'partially_enabled';
  return sensorsOf(report).map((name) => ({ name, enabled, collection: report.name }));
}

/** Names of policies of a namespace have it in front. */
function nameOf({ name, namespace = '', domain = '' }: PolicyName): string {
  refuseDomain(domain);
  return namespace === '' ? name : `${namespace}/${name}`;
}

function refuseDomain(domain: string): void {
  if (domain === '') return;
  throw new ServerError('SERVER_REQUEST_INVALID', 'there are no domains of policies here');
}

/** The empty answer; throws SERVER_POLICY_UNKNOWN when there was nothing of that name. */
function known(found: unknown, name: string): object {
  if (found !== undefined) return {};
  throw new ServerError('SERVER_POLICY_UNKNOWN', `there is no policy ${JSON.stringify(name)}`);
}

function settableMode(mode: TracingPolicyMode): SettableMode {
  if (mode === TracingPolicyMode.TP_MODE_ENFORCE) return 'enforce';
  if (mode === TracingPolicyMode.TP_MODE_MONITOR) return 'monitor';
  throw new ServerError('SERVER_REQUEST_INVALID', '`mode` has to be enforce or monitor');
}

function describe(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const shown = errors.slice(0, DIAGNOSTICS_MAX).map(({ code, message, location }) => {
    return `${location.line}:${location.column} ${code} ${message}`;
  });
  const rest = errors.length - shown.length;
  return [...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n');
}
