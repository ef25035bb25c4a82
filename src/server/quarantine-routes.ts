/** Routes of quarantines: what there is, one more, one less. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { AgentApi } from '../model/agent-api.ts';
import type {
  Quarantine,
  QuarantineOrder,
  QuarantineTarget,
  ResponseResult,
} from '../model/response.ts';
import { ServerError } from './errors.ts';

/** Reasons are for lists that people read. */
const REASON_LENGTH_MAX = 1024;

const ID_LENGTH_MAX = 512;
const PID_MAX = 0x7fff_ffff;

/** Scope takes JSON. */
export function addQuarantineRoutes(scope: FastifyInstance, api: AgentApi): void {
  const path = '/v1/quarantines';
  scope.get(path, () => ({ quarantines: api.responses.quarantines().map(toJsonQuarantine) }));
  scope.post(path, (request, reply) => quarantine(api, request.body, reply));
  scope.delete(`${path}/:id`, async (request, reply) => {
    const id = memberOf(request.params, 'id');
    const isNumber = typeof id === 'string' && /^\d{1,10}$/.test(id);
    if (isNumber && (await api.responses.release(Number(id)))) return reply.code(204).send();
    const message = `there is no quarantine ${JSON.stringify(id)}`;
    throw new ServerError('SERVER_QUARANTINE_UNKNOWN', message);
  });
}

/** 201 when it is in force, 200 for a dry run, and 409 with the result when it is not enforced. */
async function quarantine(api: AgentApi, body: unknown, reply: FastifyReply): Promise<unknown> {
  const result = await api.responses.quarantine(readOrder(body));
  const status = result.isDryRun ? 200 : 201;
  return reply.code(result.outcome === 'not_enforced' ? 409 : status).send(toJsonResult(result));
}

function readOrder(body: unknown): QuarantineOrder {
  const reason = memberOf(body, 'reason') ?? '';
  if (typeof reason !== 'string' || reason.length > REASON_LENGTH_MAX) {
    throw invalid(`\`reason\` must be text of at most ${REASON_LENGTH_MAX} characters`);
  }
  const target = readTarget(body);
  const isTree = readFlag(body, 'tree');
  if (isTree && target.kind === 'cgroup') throw invalid('`tree` is not for a cgroup');
  return { target, isTree, isDryRun: readFlag(body, 'dry_run'), reason };
}

function readTarget(body: unknown): QuarantineTarget {
  const execId = memberOf(body, 'exec_id');
  const pid = memberOf(body, 'pid');
  const cgroupId = memberOf(body, 'cgroup_id');
  if ([execId, pid, cgroupId].filter((member) => member !== undefined).length !== 1) {
    throw invalid('one of `exec_id`, `pid` and `cgroup_id` must be given');
  }
  if (typeof execId === 'string' && execId !== '' && execId.length <= ID_LENGTH_MAX) {
    return { kind: 'execId', execId };
  }
  if (typeof pid === 'number' && Number.isInteger(pid) && pid > 0 && pid <= PID_MAX) {
    return { kind: 'pid', pid };
  }
  if (typeof cgroupId === 'string' && /^[1-9]\d{0,18}$/.test(cgroupId)) {
    return { kind: 'cgroup', cgroupId: BigInt(cgroupId) };
  }
  throw invalid('`exec_id` must be an id of events, `pid` a number, `cgroup_id` digits as text');
}

function readFlag(body: unknown, key: string): boolean {
  const value = memberOf(body, key) ?? false;
  if (typeof value !== 'boolean') throw invalid(`\`${key}\` must be true or false`);
  return value;
}

/** Numbers of 64 bits are text in JSON. */
function toJsonQuarantine(quarantine: Quarantine): object {
  const { id, scope, process, cgroupId, rule, reason, since, processes } = quarantine;
  return {
    ...{ id, scope, rule, reason, since, processes },
    ...(process && { pid: process.tgid, start_ns: String(process.startNs) }),
    ...(cgroupId !== undefined && { cgroup_id: String(cgroupId) }),
    denied: quarantine.denied,
    last_denied: quarantine.lastDenied,
  };
}

function toJsonResult(result: ResponseResult): object {
  const { id, outcome, reason, processes, isDryRun, latencyNs, found } = result;
  return {
    ...(id !== undefined && { id }),
    ...{ outcome, reason, dry_run: isDryRun, processes, latency_ns: Number(latencyNs) },
    found: found.map(({ tgid, name }) => ({ pid: tgid, name })),
  };
}

function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([name]) => name === key)?.[1];
}

function invalid(message: string): ServerError {
  return new ServerError('SERVER_REQUEST_INVALID', message);
}
