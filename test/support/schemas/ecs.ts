/**
 * Fields of the Elastic Common Schema 8.17.0, from https://www.elastic.co/docs/reference/ecs: those
 * of the groups that are written, with their types, and which types of events each category has.
 */
import { type Check, compileSchema, oneOf } from './json-schema.ts';
import { INTEGER, type Schema, TEXT, TEXTS } from './schema-words.ts';

const KEYWORD = TEXT;
const LONG = INTEGER;
const DATE: Schema = {
  type: 'string',
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?Z$',
};
const IP: Schema = { type: 'string', pattern: '^[0-9a-fA-F:.]+$' };

/** Expected types, by category. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  configuration: ['access', 'change', 'creation', 'deletion', 'info'],
  driver: ['change', 'end', 'info', 'start'],
  file: ['access', 'change', 'creation', 'deletion', 'info'],
  host: ['access', 'change', 'end', 'info', 'start'],
  intrusion_detection: ['allowed', 'denied', 'info'],
  network: ['access', 'allowed', 'connection', 'denied', 'end', 'info', 'protocol', 'start'],
  process: ['access', 'change', 'end', 'info', 'start'],
};

type Fields = Readonly<Record<string, Schema>>;

function all(prefix: string, names: string, schema: Schema): Fields {
  const words = names.split(' ');
  return Object.fromEntries(words.map((name) => [`${prefix}${name}`, schema]));
}

function processFields(prefix: string): Fields {
  return {
    ...all(prefix, 'entity_id name executable command_line working_directory title', KEYWORD),
    ...all(prefix, 'user.id user.name group.id group.name thread.name', KEYWORD),
    ...all(prefix, 'pid pgid exit_code args_count uptime thread.id', LONG),
    ...all(prefix, 'start end', DATE),
    [`${prefix}args`]: TEXTS,
  };
}

const FIELDS: Fields = {
  '@timestamp': DATE,
  message: KEYWORD,
  tags: TEXTS,
  'ecs.version': oneOf('8.17.0'),
  ...all('agent.', 'type version name id ephemeral_id', KEYWORD),
  ...all('host.', 'name hostname id architecture type', KEYWORD),
  'event.kind': oneOf('alert', 'asset', 'enrichment', 'event', 'metric', 'state', 'signal'),
  'event.category': { type: 'array', items: oneOf(...Object.keys(TYPES)), minItems: 1 },
  'event.type': TEXTS,
  'event.outcome': oneOf('success', 'failure', 'unknown'),
  ...all('event.', 'action code dataset id module original provider reason reference', KEYWORD),
  ...all('event.', 'severity sequence', LONG),
  ...all('event.', 'start end created', DATE),
  ...processFields('process.'),
  ...processFields('process.parent.'),
  ...all('user.', 'id name domain full_name', KEYWORD),
  ...all('file.', 'path name directory extension target_path type device inode mode', KEYWORD),
  ...all('file.', 'uid gid owner group hash.md5 hash.sha1 hash.sha256 hash.sha512', KEYWORD),
  'file.size': LONG,
  ...all('source.', 'address domain', KEYWORD),
  ...all('destination.', 'address domain', KEYWORD),
  ...{ 'source.ip': IP, 'destination.ip': IP, 'source.port': LONG, 'destination.port': LONG },
  ...all('network.', 'transport type direction protocol iana_number community_id', KEYWORD),
  ...all('dns.', 'id question.name question.type type response_code', KEYWORD),
  'dns.answers': {
    type: 'array',
    items: nest({ ...all('', 'class data name type', KEYWORD), ttl: LONG }),
  },
  'dns.resolved_ip': { type: 'array', items: IP },
  ...all('container.', 'id name runtime image.name', KEYWORD),
  ...all('container.', 'image.tag image.hash.all', TEXTS),
  ...all('orchestrator.', 'cluster.name cluster.id namespace type organization', KEYWORD),
  ...all('orchestrator.resource.', 'name type id parent.type', KEYWORD),
  'orchestrator.resource.label': TEXTS,
  ...all('rule.', 'id name version category description reference ruleset uuid', KEYWORD),
  'threat.framework': KEYWORD,
  ...all('threat.', 'tactic.id technique.id technique.subtechnique.id', TEXTS),
  ...all('related.', 'hosts user hash', TEXTS),
  'related.ip': { type: 'array', items: IP },
  // Not of ECS, which leaves names of products to them.
  warder: { type: 'object' },
};

const REQUIRED = ['@timestamp', 'ecs', 'event'];

/** Fields by their paths as objects in objects, with nothing else in them. */
function nest(fields: Fields): Schema {
  const groups = Map.groupBy(Object.entries(fields), ([path]) => path.split('.', 1)[0] ?? path);
  const properties: Record<string, Schema> = {};
  for (const [name, members] of groups) {
    const [first] = members;
    properties[name] =
      members.length === 1 && first?.[0] === name
        ? first[1]
        : nest(
            Object.fromEntries(
              members.map(([path, field]) => [path.slice(name.length + 1), field]),
            ),
          );
  }
  return { type: 'object', properties, additionalProperties: false };
}

const check: Check = compileSchema({ ...nest(FIELDS), required: REQUIRED });

interface EcsEvent {
  readonly category?: readonly string[];
  readonly type?: readonly string[];
}

/** What is wrong with a document; empty when nothing is. */
export function checkEcs(document: Readonly<Record<string, unknown>>): readonly string[] {
  const event: EcsEvent = Object(document['event']);
  const expected = new Set((event.category ?? []).flatMap((category) => TYPES[category] ?? []));
  const odd = (event.type ?? []).filter((type) => !expected.has(type));
  return [...check(document), ...odd.map((type) => `no type ${type} in its categories`)];
}
