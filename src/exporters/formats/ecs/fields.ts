/** Fields of the Elastic Common Schema, and what they are from. */
import { attackIds, techniqueOf } from '../fields/attack-ids.ts';
import { AS_TEXT, byTable, hashOf, isList, ONLY_ADDRESSES } from '../fields/conversions.ts';
import { type Conversion, constant, type FieldRow, group, value } from '../fields/rows.ts';
import { PRODUCT } from '../product.ts';

/** The version of the schema that is written. */
export const ECS_VERSION = '8.17.0';

const SEVERITIES = { informational: 1, low: 3, medium: 5, high: 7, critical: 10 } as const;

const EVENT: readonly FieldRow[] = [
  value('@timestamp', 'time'),
  value('message', 'summary'),
  constant('ecs.version', ECS_VERSION),
  constant('agent.type', 'warder'),
  constant('agent.version', PRODUCT.version),
  value('host.name', 'node'),
  value('host.hostname', 'node'),
  constant('event.module', 'warder'),
  value('event.dataset', 'message.kind', {
    says: 'after `warder.`',
    convert: (kind) => `warder.${String(kind)}`,
  }),
  value('event.id', 'message.id'),
  value('event.action', ['response.kind', 'deed']),
  value('event.severity', 'message.severity', byTable(SEVERITIES, 0)),
  value('event.sequence', 'sequence'),
  value('event.reason', ['policy.message', 'response.reason']),
  value('event.start', 'finding.first_seen'),
  value('event.end', 'finding.last_seen'),
  value('tags', ['rule.tags', 'policy.tags']),
];

function processRows(target: string, process: 'process' | 'parent'): readonly FieldRow[] {
  return [
    value(`${target}.entity_id`, `${process}.exec_id`),
    value(`${target}.pid`, `${process}.pid`),
    value(`${target}.name`, `${process}.name`),
    value(`${target}.executable`, `${process}.binary`),
    value(`${target}.command_line`, `${process}.command_line`),
    value(`${target}.start`, `${process}.start`),
    value(`${target}.user.id`, `${process}.uid`, AS_TEXT),
  ];
}

const PROCESS: readonly FieldRow[] = [
  ...processRows('process', 'process'),
  value('process.thread.id', 'process.tid'),
  value('process.working_directory', 'process.cwd'),
  value('process.exit_code', 'exit.status'),
  ...processRows('process.parent', 'parent'),
  value('user.id', 'process.uid', AS_TEXT),
];

function hash(algorithm: string): FieldRow {
  return value(`file.hash.${algorithm}`, 'file.hash', {
    says: `after \`${algorithm}:\``,
    convert: (found) => hashOf(found, algorithm),
  });
}

const FILE: readonly FieldRow[] = [
  value('file.path', 'file.path'),
  value('file.name', 'file.name'),
  value('file.directory', 'file.directory'),
  value('file.target_path', 'file.target'),
  value('file.type', 'file.type'),
  value('file.mode', 'file.mode'),
  value('file.inode', 'file.inode', AS_TEXT),
  value('file.uid', 'file.uid', AS_TEXT),
  value('file.gid', 'file.gid', AS_TEXT),
  ...['md5', 'sha1', 'sha256', 'sha512'].map(hash),
];

const NETWORK: readonly FieldRow[] = [
  value('source.ip', 'source.ip'),
  value('source.address', 'source.ip'),
  value('source.port', 'source.port'),
  value('destination.ip', 'destination.ip'),
  value('destination.address', ['destination.ip', 'destination.name']),
  value('destination.domain', 'destination.name'),
  value('destination.port', 'destination.port'),
  value('network.transport', 'network.protocol'),
  value('network.type', 'network.family', byTable({ ipv4: 'ipv4', ipv6: 'ipv6' })),
  value(
    'network.direction',
    'network.direction',
    byTable({ inbound: 'ingress', outbound: 'egress' }),
  ),
  group('dns.query', [
    constant('network.protocol', 'dns'),
    value('dns.question.name', 'dns.query'),
    value('dns.question.type', 'dns.type'),
    value('dns.type', 'deed', byTable({ 'dns.query': 'query', 'dns.answer': 'answer' })),
    value('dns.answers', 'dns.answers', {
      says: '`data` of one answer each',
      convert: (answers) => (isList(answers) ? answers.map((data) => ({ data })) : undefined),
    }),
    value('dns.resolved_ip', 'dns.answers', ONLY_ADDRESSES),
  ]),
];

const AS_LABELS: Conversion = {
  says: 'as `key:value`',
  convert: (labels) => (isList(labels) ? labels.map((label) => label.replace('=', ':')) : labels),
};

const AS_DIGESTS: Conversion = {
  says: 'the digest in it, as a list',
  convert: (image) => [String(image).slice(String(image).lastIndexOf('@') + 1)],
};

const PLACE: readonly FieldRow[] = [
  value('container.id', 'container.id'),
  value('container.name', 'container.name'),
  value('container.runtime', 'container.runtime'),
  value('container.image.name', 'container.image'),
  value('container.image.hash.all', 'container.image_id', AS_DIGESTS),
  value('orchestrator.cluster.name', 'cluster'),
  value('orchestrator.namespace', ['pod.namespace', 'message.namespace']),
  group('pod.name', [
    constant('orchestrator.type', 'kubernetes'),
    constant('orchestrator.resource.type', 'pod'),
    value('orchestrator.resource.name', 'pod.name'),
    value('orchestrator.resource.id', 'pod.uid'),
    value('orchestrator.resource.parent.type', 'pod.workload_kind'),
    value('orchestrator.resource.label', 'pod.labels', AS_LABELS),
  ]),
];

function attack(says: string, pick: (ids: ReturnType<typeof attackIds>) => unknown): Conversion {
  return { says, convert: (found) => pick(attackIds(found)) };
}

const RULE: readonly FieldRow[] = [
  value('rule.id', ['rule.id', 'message.rule']),
  value('rule.name', 'rule.title'),
  value('rule.version', 'rule.version'),
  value('rule.category', 'rule.language'),
  value('rule.reference', 'rule.runbook'),
  group('rule.attack', [
    constant('threat.framework', 'MITRE ATT&CK'),
    value(
      'threat.tactic.id',
      'rule.attack',
      attack('the tactics', (ids) => ids.tactics),
    ),
    value(
      'threat.technique.id',
      'rule.attack',
      attack('the techniques, with those of sub-techniques', ({ techniques, subTechniques }) => [
        ...new Set([...techniques, ...subTechniques.map(techniqueOf)]),
      ]),
    ),
    value(
      'threat.technique.subtechnique.id',
      'rule.attack',
      attack('the sub-techniques', (ids) => ids.subTechniques),
    ),
  ]),
];

/** What ECS has no field for is under a name of our own, as it asks. */
const OWN: readonly FieldRow[] = [
  value('warder.function', 'hook.function'),
  value('warder.arguments', 'hook.arguments'),
  value('warder.policy', 'policy.name'),
  value('warder.outcome', ['enforcement.outcome', 'response.outcome']),
  value('warder.error', 'enforcement.error'),
  value('warder.signal', 'exit.signal'),
  value('warder.login_uid', 'process.login_uid'),
  value('warder.ancestors', 'process.ancestors'),
  value('warder.workload', 'pod.workload'),
  value('warder.old_path', 'file.old_path'),
  value('warder.target.pid', 'target.pid'),
  value('warder.target.executable', 'target.binary'),
  value('warder.target.command_line', 'target.command_line'),
  value('warder.finding', ['finding.id', 'response.finding']),
  value('warder.fingerprint', 'finding.fingerprint'),
  value('warder.state', 'finding.state'),
  value('warder.count', 'finding.count'),
  value('warder.labels', 'finding.labels'),
  value('warder.fields', 'finding.fields'),
  value('warder.matched', 'finding.matched'),
];

const RELATED: readonly FieldRow[] = [
  { kind: 'all', target: 'related.hosts', sources: ['node', 'destination.name', 'dns.query'] },
  { kind: 'all', target: 'related.ip', sources: ['source.ip', 'destination.ip'] },
  { kind: 'all', target: 'related.user', sources: ['process.uid', 'parent.uid'] },
];

/** By the part of the schema that they are of. */
export const ECS_FIELDS: Readonly<Record<string, readonly FieldRow[]>> = {
  event: EVENT,
  process: PROCESS,
  file: FILE,
  network: NETWORK,
  place: PLACE,
  rule: RULE,
  related: RELATED,
  warder: OWN,
};

/** Beside the others, of bodies that nothing else is known of. */
export const ECS_UNKNOWN: readonly FieldRow[] = [value('event.original', 'message.body')];
