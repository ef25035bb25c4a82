/** Reads events: those in Tetragon JSON, and those that detections look at. */
import { type Deed, deedOfClass } from './deeds.ts';
import { type Json, objectOf, textOf } from './json.ts';
import { argumentsOf, argumentTexts, deedOfHook, readArguments } from './read-arguments.ts';
import { readFacts } from './read-facts.ts';
import { readProcesses } from './read-process.ts';
import type { Found } from './values.ts';

/** What was read, before it is known whether it is of its types. */
export interface ReadEvent {
  readonly deed: Deed;
  readonly found: Found;
}

const HOOKS = [
  ...(['process_kprobe', 'process_lsm', 'process_tracepoint'] as const),
  ...(['process_uprobe', 'process_usdt'] as const),
] as const;

/** Undefined for what is no event. */
export function readEvent(json: Json): ReadEvent | undefined {
  const read = readBody(json) ?? readDetectionEvent(json);
  if (read === undefined) return undefined;
  const warder = objectOf(json['warder']);
  const sequence = textOf(warder?.['sequence']);
  return {
    deed: read.deed,
    found: {
      ...read.found,
      time: json['time'],
      cluster: json['cluster_name'],
      sequence: sequence === undefined ? json['sequence'] : Number(sequence),
    },
  };
}

function readBody(json: Json): ReadEvent | undefined {
  const exec = objectOf(json['process_exec']);
  if (exec) return { deed: 'process.exec', found: readProcesses(exec) };
  const exit = objectOf(json['process_exit']);
  if (exit) return { deed: 'process.exit', found: { ...readProcesses(exit), ...readExit(exit) } };
  const loader = objectOf(json['process_loader']);
  if (loader) {
    const facts = readFacts({ 'file.path': loader['path'] });
    return { deed: 'process.mapping', found: { ...readProcesses(loader), ...facts } };
  }
  const enrichment = objectOf(json['enrichment']);
  if (enrichment) return { deed: 'enrichment', found: readProcesses(enrichment) };
  for (const kind of HOOKS) {
    const hook = objectOf(json[kind]);
    if (hook) return readHook(hook, objectOf(objectOf(json['warder'])?.['enforcement']));
  }
  return undefined;
}

function readExit(exit: Json): Found {
  // Zero is left out in the JSON.
  return { 'exit.status': exit['status'] ?? 0, 'exit.signal': exit['signal'] };
}

function readHook(hook: Json, enforcement: Json | undefined): ReadEvent {
  const name = functionOf(hook);
  const args = argumentsOf(hook);
  const deed = deedOfHook(name, args);
  const facts = readFacts(readArguments(deed, args));
  const processes = readProcesses(hook);
  const policy = textOf(hook['policy_name']);
  const found: Found = {
    ...(deed === 'process.exec' ? launchedBy(processes, facts) : { ...processes, ...facts }),
    'file.hash': hook['ima_hash'],
    'hook.function': name,
    'hook.arguments': argumentTexts(args),
    'policy.name': policy,
    'policy.message': hook['message'],
    'policy.tags': hook['tags'],
    'rule.id': policy,
    'rule.title': hook['message'] ?? policy,
    'rule.language': policy && 'policy',
    'rule.tags': hook['tags'],
    'enforcement.outcome': enforcement?.['outcome'] ?? (policy && 'logged'),
    'enforcement.error': enforcement?.['error'],
  };
  return { deed, found };
}

function functionOf(hook: Json): string {
  const { function_name, subsys, event, path, symbol, provider, name } = hook;
  if (subsys === 'syscalls' && textOf(event) !== undefined) return textOf(event) ?? '';
  const parts = [subsys, event, path, provider, symbol, name].map(textOf);
  return textOf(function_name) ?? parts.filter((part) => part !== undefined).join(':');
}

/** At a hook of an exec, the process is what it was before, and the file what it will be. */
function launchedBy(processes: Found, facts: Found): Found {
  const { 'file.path': path, 'file.name': name } = facts;
  if (path === undefined) return processes;
  return {
    ...processes,
    'process.exec_id': undefined,
    'process.start': undefined,
    'process.binary': path,
    'process.name': name,
    'process.command_line': undefined,
    'process.ancestors': undefined,
    'parent.exec_id': processes['process.exec_id'],
    'parent.pid': processes['process.pid'],
    'parent.uid': processes['process.uid'],
    'parent.binary': processes['process.binary'],
    'parent.name': processes['process.name'],
    'parent.command_line': processes['process.command_line'],
    'parent.start': processes['process.start'],
    'file.path': path,
    'file.name': name,
    'file.directory': facts['file.directory'],
  };
}

/** `class` and `facts`, as findings have them in their evidence. */
export function readDetectionEvent(json: Json): ReadEvent | undefined {
  const deed = deedOfClass(json['class']);
  if (deed === 'generic') return undefined;
  const { exec_id: execId } = json;
  const processes = readProcesses(json);
  const found: Found = {
    ...processes,
    'process.exec_id': processes['process.exec_id'] ?? execId,
    ...readFacts(json['facts']),
  };
  return { deed, found: { ...found, time: json['time'], sequence: json['sequence'] } };
}
