/** Names of what messages say: the tables of all formats ask for it by these. */

/** How a value is checked before it is taken; what fails is as if it were not there. */
export type SourceType = 'text' | 'number' | 'time' | 'ip' | 'texts';

/** The second is for the reference: where it is from. */
export type SourceSpec = readonly [type: SourceType, says: string];

const envelope = {
  'message.id': ['text', 'the id of the message'],
  'message.kind': ['text', '`event`, `alert`, `alert_update`, `health`, `policy_status`'],
  'message.severity': ['text', 'the severity of the message'],
  'message.namespace': ['text', 'the namespace of the message'],
  'message.rule': ['text', 'the rule or policy of the message'],
  'message.body': ['text', 'the body as it is'],
  summary: ['text', 'what happened, in a sentence'],
  deed: [
    'text',
    'what was done: a class of events, or `file.read`, `file.write`, `network.close` …',
  ],
  time: ['time', '`time` of the body, else that of the message'],
  node: ['text', 'the node of the message'],
  cluster: ['text', '`cluster_name`, or that of the alert'],
  sequence: ['number', '`warder.sequence`, or that of the evidence'],
} as const;

const processes = {
  'process.exec_id': ['text', '`process.exec_id`'],
  'process.pid': ['number', '`process.pid`'],
  'process.tid': ['number', '`process.tid`'],
  'process.uid': ['number', '`process.uid`, the effective user'],
  'process.login_uid': ['number', '`process.auid`, unless no login set it'],
  'process.cwd': ['text', '`process.cwd`'],
  'process.binary': ['text', '`process.binary`'],
  'process.name': ['text', 'the last part of `process.binary`'],
  'process.command_line': ['text', '`process.binary` and `process.arguments`'],
  'process.start': ['time', '`process.start_time`'],
  'process.ancestors': ['texts', 'binaries of `parent` and `ancestors`, the nearest first'],
  'parent.exec_id': ['text', '`parent.exec_id`, or `process.parent_exec_id`'],
  'parent.pid': ['number', '`parent.pid`'],
  'parent.uid': ['number', '`parent.uid`'],
  'parent.binary': ['text', '`parent.binary`; of findings, that of the first ancestor'],
  'parent.name': ['text', 'the last part of `parent.binary`'],
  'parent.command_line': ['text', '`parent.binary` and `parent.arguments`'],
  'parent.start': ['time', '`parent.start_time`'],
  'exit.status': ['number', '`status` of an exit'],
  'exit.signal': ['text', '`signal` of an exit'],
} as const;

const places = {
  'pod.namespace': ['text', '`pod.namespace`'],
  'pod.name': ['text', '`pod.name`'],
  'pod.uid': ['text', '`pod.uid`'],
  'pod.workload': ['text', '`pod.workload`'],
  'pod.workload_kind': ['text', '`pod.workload_kind`'],
  'pod.labels': ['texts', '`pod.pod_labels`, as `key=value`'],
  'container.id': ['text', '`pod.container.id` without the runtime, or `docker`'],
  'container.runtime': ['text', 'the runtime in `pod.container.id`'],
  'container.name': ['text', '`pod.container.name`'],
  'container.image': ['text', '`pod.container.image.name`'],
  'container.image_id': ['text', '`pod.container.image.id`'],
} as const;

const objects = {
  'file.path': ['text', 'the file argument, or the fact'],
  'file.name': ['text', 'the last part of the path'],
  'file.directory': ['text', 'the path without its last part'],
  'file.old_path': ['text', 'the path before a rename, or the first name of a link'],
  'file.target': ['text', 'what a symbolic link leads to'],
  'file.type': ['text', '`file`, `dir`, `symlink` …, by the mode'],
  'file.mode': ['text', 'the mode in octal'],
  'file.inode': ['number', 'the fact'],
  'file.hash': ['text', '`ima_hash`: algorithm and hash in hexadecimal'],
  'file.uid': ['number', 'the fact'],
  'file.gid': ['number', 'the fact'],
  'network.protocol': ['text', '`tcp`, `udp` …'],
  'network.family': ['text', '`ipv4`, `ipv6`'],
  'network.direction': ['text', '`outbound` or `inbound`'],
  'source.ip': ['ip', 'who began: the local end, unless the direction is `inbound`'],
  'source.port': ['number', 'port of it'],
  'destination.ip': ['ip', 'who was called'],
  'destination.port': ['number', 'port of it'],
  'destination.name': ['text', 'name that the address was asked for by'],
  'dns.query': ['text', 'the name that was asked for'],
  'dns.type': ['text', 'type of the record'],
  'dns.answers': ['texts', 'what was answered'],
  'target.pid': ['number', 'the other process'],
  'target.binary': ['text', 'its executable'],
  'target.name': ['text', 'the last part of that'],
  'target.command_line': ['text', 'its command line'],
} as const;

const judgements = {
  'hook.function': ['text', 'the function, tracepoint or place in a program'],
  'hook.arguments': ['texts', 'the arguments, as text'],
  'policy.name': ['text', '`policy_name`'],
  'policy.message': ['text', '`message` of the policy'],
  'policy.tags': ['texts', '`tags` of the policy'],
  'enforcement.outcome': [
    'text',
    '`denied`, `killed`, `set`, `not_enforced`, `monitored`; or `logged`',
  ],
  'enforcement.error': ['text', '`warder.enforcement.error`'],
  'rule.id': ['text', 'id of the rule or policy'],
  'rule.title': ['text', 'its title'],
  'rule.version': ['text', 'its version'],
  'rule.language': ['text', 'its language; `policy` for policies'],
  'rule.tags': ['texts', 'its tags'],
  'rule.runbook': ['text', 'its runbook'],
  'rule.attack': ['texts', 'techniques and tactics of MITRE ATT&CK'],
  'finding.id': ['text', 'id of the finding or alert'],
  'finding.fingerprint': ['text', '`fingerprint` of the alert'],
  'finding.state': ['text', '`firing` or `resolved`'],
  'finding.count': ['number', 'events or findings that it stands for'],
  'finding.first_seen': ['time', '`firstSeenMs` of the alert, or the first evidence'],
  'finding.last_seen': ['time', '`lastSeenMs` of the alert, or the last evidence'],
  'finding.labels': ['texts', '`labels` of the alert or `group` of the finding, as `key=value`'],
  'finding.fields': ['texts', '`fields` of the finding, as `key=value`'],
  'finding.matched': ['texts', 'tests that held, as `field: value`'],
  'response.kind': ['text', 'what was done about a finding'],
  'response.outcome': ['text', 'what came of it'],
  'response.finding': ['text', 'the finding that it is about'],
  'response.reason': ['text', 'why it was not enforced'],
} as const;

export type SourceName =
  | keyof typeof envelope
  | keyof typeof processes
  | keyof typeof places
  | keyof typeof objects
  | keyof typeof judgements;

/** All of them, in the order in which readers are shown them. */
export const SOURCES: Readonly<Record<SourceName, SourceSpec>> = {
  ...envelope,
  ...processes,
  ...places,
  ...objects,
  ...judgements,
};
