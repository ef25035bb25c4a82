/** What a constant does not say itself: what happens beyond a limit, and where limits are. */
import { GRPC_LIMITS } from './grpc-limits.ts';

/** A bound of user space, kept as a constant in a source file. */
export interface SourceLimit {
  readonly file: string;
  readonly constant: string;
  readonly what: string;
  readonly consequence: string;
}

const CHECK = 'src/rules/policy/check';
const TOO_LONG = '`POLICY_LIST_TOO_LONG`.';

/** Bounds of one policy. */
export const POLICY_LIMITS: readonly SourceLimit[] = [
  limit('src/rules/policy/compile-policies.ts TEXT_LENGTH_MAX', {
    what: 'characters of a file',
    consequence: '`POLICY_YAML_TOO_LARGE`.',
  }),
  limit('src/rules/syntax/build-tree.ts ALIASED_NODES_MAX', {
    what: 'nodes that aliases of a file expand to',
    consequence: '`POLICY_YAML_TOO_LARGE`.',
  }),
  limit('src/rules/syntax/report.ts DIAGNOSTICS_MAX', {
    what: 'diagnostics of a file',
    consequence: 'The rest is left out, warnings before errors.',
  }),
  limit(`${CHECK}/policy.ts HOOKS_PER_SECTION_MAX`, {
    what: 'hooks of a section, those of its lists and symbols counted',
    consequence: TOO_LONG,
  }),
  limit('src/rules/policy/expression/parse-expression.ts LENGTH_MAX', {
    what: 'characters of an expression',
    consequence: '`POLICY_EXPRESSION_TOO_LARGE`.',
  }),
  limit('src/rules/policy/expression/parse-expression.ts DEPTH_MAX', {
    what: 'parentheses and operators of an expression inside each other',
    consequence: '`POLICY_EXPRESSION_TOO_LARGE`.',
  }),
  limit('src/rules/policy/expression/normal-form.ts ALTERNATIVES_MAX', {
    what: 'alternatives of an expression before they are joined',
    consequence:
      '`POLICY_EXPRESSION_TOO_LARGE`; what is left has to fit the selectors of the hook.',
  }),
  limit(`${CHECK}/lists.ts LISTS_MAX`, { what: '`lists`', consequence: TOO_LONG }),
  limit(`${CHECK}/lists.ts LIST_VALUES_MAX`, {
    what: 'calls that one list stands for',
    consequence: TOO_LONG,
  }),
  limit('src/rules/policy/pattern/pattern.ts STATES_MAX', {
    what: 'states of the pattern of a list',
    consequence: '`POLICY_PATTERN_INVALID`.',
  }),
  limit(`${CHECK}/macros.ts MACROS_PER_SELECTOR_MAX`, {
    what: '`macros` of a selector',
    consequence: TOO_LONG,
  }),
  limit(`${CHECK}/uprobe.ts PLACES_MAX`, {
    what: '`symbols`, `offsets` or `addrs` of an entry',
    consequence: TOO_LONG,
  }),
  limit(`${CHECK}/digests.ts DIGESTS_MAX`, {
    what: '`binaryDigests` of an entry',
    consequence: TOO_LONG,
  }),
  limit('src/engine/btf/types-files.ts TYPES_BYTES_MAX', {
    what: 'bytes of the types in the file `btfPath`',
    consequence: '`POLICY_TYPES_FILE_INVALID`.',
  }),
  limit(`${CHECK}/enforcers.ts CALLS_MAX`, {
    what: '`calls` of an enforcer',
    consequence: TOO_LONG,
  }),
  limit(`${CHECK}/selectors.ts SELECTORS_MAX`, { what: 'selectors', consequence: TOO_LONG }),
  limit(`${CHECK}/selectors.ts MATCHERS_MAX`, {
    what: 'entries of one kind of matcher in a selector',
    consequence: TOO_LONG,
  }),
  limit(`${CHECK}/actions.ts ACTIONS_MAX`, {
    what: '`matchActions` of a selector',
    consequence: TOO_LONG,
  }),
  limit(`${CHECK}/values.ts VALUES_MAX`, {
    what: '`values` of a matcher',
    consequence: TOO_LONG,
  }),
  limit(`${CHECK}/texts.ts MESSAGE_LENGTH_MAX`, {
    what: 'characters of a message',
    consequence: 'The end is cut, with the warning `POLICY_TEXT_TRUNCATED`.',
  }),
  limit(`${CHECK}/texts.ts TAG_LENGTH_MAX`, {
    what: 'characters of a tag',
    consequence: 'The end is cut, with the warning `POLICY_TEXT_TRUNCATED`.',
  }),
  limit(`${CHECK}/texts.ts TAGS_MAX`, { what: 'tags', consequence: TOO_LONG }),
];

const DETECTORS = 'src/rules/detection/typescript';
const CONDITIONS = 'src/rules/detection/cel';

/** Bounds of the running agent. */
export const AGENT_LIMITS: readonly SourceLimit[] = [
  limit('src/engine/process/process-table.ts CAPACITY_DEFAULT', {
    what: 'process images kept',
    consequence: 'Those that ended first go, and are counted; live processes never go.',
  }),
  limit('src/engine/sensors/hook-directory.ts GENERATIONS_KEPT', {
    what: 'past generations of a hook whose records are understood',
    consequence: 'Records of older ones are rejected and counted (`hook_unknown`).',
  }),
  limit('src/engine/identity/crowds.ts CROWD_MAX', {
    what: 'cgroups of one container, or of one user',
    consequence:
      'Events in the rest have no pod, and are counted (`refused`); policies hold there as well.',
  }),
  limit('src/exporters/formats/tetragon-json/encode-pod.ts LABELS_LENGTH_MAX', {
    what: 'characters of the labels of a pod in an event',
    consequence: 'The rest is left out; policies see all labels.',
  }),
  limit('src/cli/running-detectors.ts HELD_MAX', {
    what: 'events that wait while detectors are loaded again',
    consequence: 'No detector sees the others, which is in the log.',
  }),
  limit('src/exporters/stdout/stdout-sink.ts BUFFER_LENGTH_MAX', {
    what: 'characters that wait for a slow reader of standard output',
    consequence: 'New lines are dropped and counted.',
  }),
  limit('src/server/event-clients.ts CLIENTS_MAX', {
    what: 'clients that follow the events',
    consequence: '`SERVER_CLIENTS_TOO_MANY`.',
  }),
  limit('src/server/event-stream.ts QUEUE_LENGTH_MAX', {
    what: 'characters that wait for a slow client',
    consequence: 'Lines are left out, and a line tells the client how many.',
  }),
  ...GRPC_LIMITS,
  limit('src/rules/detection/sources/pushdown.ts TERMS_MAX', {
    what: 'texts and numbers of rules that one hook looks for itself',
    consequence: 'Every event of the hook is reported, and rules choose.',
  }),
  limit('src/rules/detection/sources/dns/address-names.ts NAMES_MAX', {
    what: 'addresses whose name is remembered',
    consequence: 'Those learnt first have no `network.remote.name` any more.',
  }),
  limit('src/exporters/spool/frame.ts PAYLOAD_BYTES_MAX', {
    what: 'bytes of an event that is delivered',
    consequence: 'It is dropped and counted (`buffer`), and its number is missing.',
  }),
  limit('src/exporters/spool/lane-writer.ts BUFFER_SIZE_MAX', {
    what: 'bytes of events that wait to be written to the spool',
    consequence: 'Later ones are dropped and counted (`buffer`), and their numbers are missing.',
  }),
  limit('src/exporters/delivery/delivery.ts SPOOL_BYTES_MAX', {
    what: 'bytes of the spool of events, unless another bound is given',
    consequence:
      'The oldest telemetry goes first, then the oldest of the others; both are counted.',
  }),
  limit('src/exporters/delivery/delivery.ts STORE_BYTES_MAX', {
    what: 'bytes of messages in the store of alerts, unless another bound is given',
    consequence: 'What is done with goes first, then the oldest that wait, which are counted.',
  }),
  limit('src/exporters/store/outbox.ts MEMORY_BYTES_MAX', {
    what: 'bytes of alerts in memory while the disk takes none',
    consequence: 'The oldest go, and are counted.',
  }),
  limit('src/exporters/store/store-bounds.ts DEAD_LETTERS_MAX', {
    what: 'dead letters, of all destinations',
    consequence: 'The oldest cannot be replayed any more.',
  }),
  limit('src/exporters/stages/rate-limit.ts KEYS_MAX', {
    what: 'kinds, rules and namespaces that a rate limit counts at a time',
    consequence: 'Messages of the others are not limited.',
  }),
  limit('src/exporters/sinks/webhook/webhook-sink.ts BODY_BYTES_MAX', {
    what: 'bytes of a message that a webhook sends',
    consequence: 'It is a dead letter of that destination.',
  }),
  limit('src/server/app.ts BODY_SIZE_MAX', {
    what: 'bytes of a request',
    consequence: '`SERVER_BODY_TOO_LARGE`.',
  }),
  limit('src/server/socket-path.ts PATH_SIZE_MAX', {
    what: 'bytes of the path of the socket',
    consequence: '`SERVER_ADDRESS_INVALID`.',
  }),
  limit('src/rules/detection/findings/finding-limiter.ts PLACES_MAX', {
    what: 'containers and services in which the first finding of a rule always goes out',
    consequence: 'Findings in others are bounded by the rate of the rule alone.',
  }),
  limit('src/rules/detection/correlate/group-table.ts GROUPS_MAX', {
    what: 'groups of a correlation',
    consequence: 'The one that was used least recently goes, and is counted (`evicted`).',
  }),
  limit('src/rules/detection/correlate/state-text.ts LENGTH_MAX', {
    what: 'characters of what all correlations leave to the agent that comes after',
    consequence: 'Events are left out, and then groups, which are counted (`unsaved`).',
  }),
  limit(`${DETECTORS}/batch-queue.ts BATCH_EVENTS_MAX`, {
    what: 'events that detectors are shown at once',
    consequence:
      'The others come after them. A detector whose time is over loses the rest of them.',
  }),
  limit(`${DETECTORS}/batch-queue.ts QUEUE_LENGTH_MAX`, {
    what: 'characters of events that wait for the thread of the detectors',
    consequence: 'Events are left out and counted (`dropped`).',
  }),
  limit(`${DETECTORS}/check-definition.ts ENTRIES_MAX`, {
    what: 'entries of a table of a detector',
    consequence: '`RULE_DETECTOR_DEFINITION`.',
  }),
  limit(`${DETECTORS}/check-definition.ts TABLES_MAX`, {
    what: 'tables of a detector',
    consequence: '`RULE_DETECTOR_DEFINITION`.',
  }),
  limit(`${DETECTORS}/detector-host.ts UNEXPLAINED_MAX`, {
    what: 'ends of the thread of the detectors, within a minute, that are the fault of none',
    consequence: '`RULE_DETECTOR_WORKER`: all detectors are off.',
  }),
  limit(`${CONDITIONS}/compile-cel.ts LENGTH_MAX`, {
    what: 'characters of a condition in CEL',
    consequence: '`RULE_CONDITION_TOO_LARGE`.',
  }),
  limit(`${CONDITIONS}/cost.ts STEPS_MAX`, {
    what: 'steps that a condition in CEL can take',
    consequence: '`RULE_CONDITION_TOO_LARGE`.',
  }),
  limit(`${CONDITIONS}/cel-variables.ts VALUES_MAX`, {
    what: 'values of a field that a condition in CEL looks at',
    consequence: 'The condition is false, and counted as an error.',
  }),
  limit(`${CONDITIONS}/cel-variables.ts VALUE_LENGTH_MAX`, {
    what: 'characters of a field that a condition in CEL looks at',
    consequence: 'The condition is false, and counted as an error.',
  }),
];

function limit(place: string, words: Pick<SourceLimit, 'what' | 'consequence'>): SourceLimit {
  const [file = '', constant = ''] = place.split(' ');
  return { file, constant, ...words };
}
