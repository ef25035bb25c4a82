/** Compact output: an event as one line for people. */

import { neutralPath, neutralText } from '../../../model/neutral-text.ts';
import { syscallName } from '../../../model/syscalls.ts';
import type { JsonArgument } from '../tetragon-json/json-args.ts';
import type {
  JsonBody,
  JsonEnforcement,
  JsonEvent,
  JsonProcess,
} from '../tetragon-json/json-event.ts';
import { coloured, type Painter, plain } from './colour.ts';
import { stackLines } from './stack-lines.ts';
import {
  type Detail,
  kprobeVerb,
  lsmVerb,
  tracepointVerb,
  uprobeVerb,
  usdtVerb,
  type Verb,
} from './verb.ts';

/** Characters of `arguments` and of each hook argument that are shown. */
const ARGUMENT_WIDTH = 256;

/** Characters of a path or name that are shown: a deep path must stay readable to its end. */
const NAME_WIDTH = 1024;

export interface CompactOptions {
  readonly colour: boolean;
  /** Puts the time of the event first. */
  readonly timestamps: boolean;
  /** Puts a line for each call of its stacks below the event. */
  readonly stacks?: boolean;
}

/**
 * Formats an event, live or read back from a line, in one line without a line end, and further ones
 * for its stacks. Text of the event never reaches the terminal as it is: see neutralText.
 */
export function formatCompact(event: JsonEvent, options: CompactOptions): string {
  const paint = options.colour ? coloured : plain;
  const words = eventWords(event, paint).filter((word) => word !== '');
  if (options.timestamps && event.time !== undefined) words.unshift(name(event.time));
  return [words.join(' '), ...(options.stacks ? stackLines(event) : [])].join('\n');
}

function eventWords(event: JsonEvent, paint: Painter): string[] {
  if (event.process_exec) return execWords(event, event.process_exec, paint);
  if (event.process_exit) return exitWords(event, event.process_exit, paint);
  if (event.process_loader) return loaderWords(event, event.process_loader, paint);
  const { process_kprobe, process_lsm, process_tracepoint, process_uprobe } = event;
  if (process_kprobe) {
    const verb = kprobeVerb(process_kprobe.function_name ?? '', process_kprobe.args ?? []);
    return hookWords(event, { body: process_kprobe, verb }, paint);
  }
  if (process_lsm) {
    const verb = lsmVerb(process_lsm.function_name ?? '');
    return hookWords(event, { body: process_lsm, verb }, paint);
  }
  if (process_tracepoint) {
    const { subsys = '', event: name = '' } = process_tracepoint;
    return hookWords(
      event,
      { body: process_tracepoint, verb: tracepointVerb(subsys, name) },
      paint,
    );
  }
  if (process_uprobe) {
    return hookWords(event, { body: process_uprobe, verb: uprobeVerb(process_uprobe) }, paint);
  }
  if (event.process_usdt) {
    const body = event.process_usdt;
    return hookWords(event, { body, verb: usdtVerb(body) }, paint);
  }
  return [];
}

function execWords(event: JsonEvent, body: JsonBody, paint: Painter): string[] {
  const interpreter = event.warder?.interpreter;
  return [
    verbWord('🚀', 'process', paint),
    ...actorWords(event, body.process, paint),
    paint('cyan', argumentText(body.process?.arguments)),
    interpreter ? `(interpreter ${neutralPath(interpreter, NAME_WIDTH)})` : '',
  ];
}

function exitWords(event: JsonEvent, body: JsonBody, paint: Painter): string[] {
  return [
    verbWord('💥', 'exit', paint),
    ...actorWords(event, body.process, paint),
    paint('cyan', argumentText(body.process?.arguments)),
    paint('red', body.signal ? name(body.signal) : String(body.status ?? 0)),
  ];
}

function loaderWords(event: JsonEvent, body: JsonBody, paint: Painter): string[] {
  return [
    verbWord('🧬', 'loader', paint),
    ...actorWords(event, body.process, paint),
    paint('cyan', neutralPath(body.path ?? '', NAME_WIDTH)),
  ];
}

interface Hook {
  readonly body: JsonBody;
  readonly verb: Verb;
}

function hookWords(event: JsonEvent, { body, verb }: Hook, paint: Painter): string[] {
  const args = (body.args ?? []).map((argument) => hookArgument(argument, verb.detail));
  const outcome = outcomeText(body, event.warder?.enforcement);
  return [
    verbWord(verb.emoji, verb.word, paint),
    ...actorWords(event, body.process, paint),
    name(verb.subject),
    paint('cyan', args.filter((text) => text !== '').join(' ')),
    body.return === undefined ? '' : resultText(body.return),
    outcome === '' ? '' : paint('red', `[${name(body.policy_name ?? '')}: ${outcome}]`),
  ];
}

function verbWord(emoji: string, word: string, paint: Painter): string {
  return paint('blue', `${emoji} ${word.padEnd(7)}`);
}

/** Where it happened, pod before node, and in which binary. */
function actorWords(
  event: JsonEvent,
  process: JsonProcess | undefined,
  paint: Painter,
): readonly string[] {
  const pod = process?.pod;
  const place = pod ? `${pod.namespace ?? ''}/${pod.name ?? ''}` : (event.node_name ?? '');
  const binary = process?.binary ? neutralPath(process.binary, NAME_WIDTH) : '<unknown>';
  return [paint('green', name(place)), paint('magenta', binary)];
}

function hookArgument(argument: JsonArgument, detail: Detail): string {
  const { size_arg } = argument;
  switch (detail) {
    case 'none':
      return '';
    case 'text':
      return textOf(argument);
    case 'text_and_size':
      return size_arg === undefined ? textOf(argument) : `${name(size_arg)} bytes`;
    case 'number':
      return numberOf(argument);
    case 'socket':
      return socketOf(argument);
    case 'all':
      return textOf(argument) || numberOf(argument) || socketOf(argument) || errorOf(argument);
  }
}

/** As strace has it. */
function resultText(result: JsonArgument): string {
  const text = hookArgument(result, 'all');
  return text === '' ? '' : `= ${text}`;
}

function textOf(argument: JsonArgument): string {
  const file = argument.file_arg ?? argument.path_arg ?? argument.linux_binprm_arg;
  const text = file?.path ?? argument.string_arg;
  return text === undefined ? '' : neutralPath(text, ARGUMENT_WIDTH);
}

function numberOf(argument: JsonArgument): string {
  const { int_arg, uint_arg, long_arg, size_arg, syscall_id } = argument;
  if (syscall_id !== undefined) return syscallText(syscall_id);
  return name(String(int_arg ?? uint_arg ?? long_arg ?? size_arg ?? ''));
}

function syscallText({ id, abi }: NonNullable<JsonArgument['syscall_id']>): string {
  return name(syscallName(abi, id) ?? `${abi}/${id}`);
}

function socketOf(argument: JsonArgument): string {
  const socket = argument.sock_arg;
  if (socket === undefined) return '';
  const protocol = (socket.protocol ?? 'IPPROTO_TCP').replace('IPPROTO_', '').toLowerCase();
  const from = `${socket.saddr ?? ''}:${socket.sport ?? 0}`;
  return name(`${protocol} ${from} -> ${socket.daddr ?? ''}:${socket.dport ?? 0}`);
}

function errorOf(argument: JsonArgument): string {
  const message = argument.error_arg?.Message;
  return message === undefined ? '' : name(`<${message}>`);
}

/** What enforcement achieved; of lines that do not say, which action was asked for. */
function outcomeText(body: JsonBody, enforcement: JsonEnforcement | undefined): string {
  const action = (body.action ?? '').replace('KPROBE_ACTION_', '');
  if (enforcement !== undefined) return enforcementText(enforcement, action);
  return action === 'SIGKILL' || action === 'OVERRIDE' ? `action ${action}` : '';
}

function enforcementText(enforcement: JsonEnforcement, action: string): string {
  const { outcome, error, signal, signal_failed, set_failed } = enforcement;
  switch (outcome) {
    case 'denied': {
      const denied = error === undefined ? 'denied' : `denied ${name(error)}`;
      if (signal !== undefined) return `${denied}, killed`;
      return signal_failed ? `${denied}, not killed` : denied;
    }
    case 'killed': {
      const killed = action === 'OVERRIDE' ? 'killed, not denied' : 'killed';
      return set_failed ? `${killed}, not set` : killed;
    }
    case 'set': {
      const set = set_failed ? 'set in part' : 'set';
      return signal_failed ? `${set}, not killed` : set;
    }
    case 'not_enforced':
      return 'not_enforced';
    case 'monitored':
      return 'monitored';
  }
}

function argumentText(text: string | undefined): string {
  return neutralText(text ?? '', ARGUMENT_WIDTH);
}

function name(text: string): string {
  return neutralText(text, NAME_WIDTH);
}
