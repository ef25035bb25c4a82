/** Events to JSON lines, fast: the text of a process is made once and used for all its events. */
import type { Event, Process } from '../../../model/event.ts';
import type { Workload } from '../../../model/workload.ts';
import {
  type EncodeContext,
  encodeActor,
  encodeDetails,
  encodeExtension,
  isHookEvent,
} from './encode-event.ts';
import { encodeProcess } from './encode-process.ts';
import { HookTexts } from './hook-text.ts';

/**
 * Processes whose text is kept, by the low bits of their tgid. Bursts come from few processes and
 * name two each; without this, three fifths of the time of an event go into them.
 */
const TEXT_SLOTS = 1024;

/** Longer texts, of processes with huge arguments, are not kept: with it, 8 MiB at the most. */
const TEXT_LENGTH_MAX = 8192;

interface ProcessText {
  readonly process: Process;
  readonly workload: Workload | undefined;
  /** JSON of the process without its closing brace. */
  readonly text: string;
}

/**
 * Prints the events of one agent; the JSON is that of toJsonEvent. Events are put together from
 * texts: making an object of each and turning it into text takes twice as long.
 */
export class EventEncoder {
  #context: EncodeContext;
  readonly #texts: (ProcessText | undefined)[] = new Array(TEXT_SLOTS).fill(undefined);
  readonly #hookTexts: HookTexts;
  /** Members of the envelope before and after the time. */
  readonly #nodeText: string;
  #clusterText = '';

  constructor(context: EncodeContext) {
    const { nodeName } = context;
    this.#context = context;
    this.#hookTexts = new HookTexts(context);
    this.#nodeText = members({ node_name: nodeName });
    this.setNodeLabels(context.nodeLabels);
  }

  /** Of the events that follow. */
  setNodeLabels(nodeLabels: EncodeContext['nodeLabels']): void {
    this.#context = { ...this.#context, nodeLabels };
    const { clusterName } = this.#context;
    const cluster = members({ cluster_name: clusterName || undefined, node_labels: nodeLabels });
    this.#clusterText = cluster === '' ? '' : `,${cluster}`;
  }

  /** One line of JSON, without a line end. */
  encode(event: Event): string {
    const { process, parent, tid, workload, parentWorkload } = event;
    const actor = event.kind === 'process_exec' ? members(encodeActor(event)) : `"tid":${tid}`;
    const details = this.#details(event);
    let body = `"process":${this.#open(process, workload)},${actor}}`;
    if (parent !== undefined) {
      body += `,"parent":${this.#open(parent, parentWorkload)},"tid":${parent.tgid}}`;
    }
    if (details !== '') body += `,${details}`;
    return `{"${event.kind}":{${body}},${this.#envelope(event)}}`;
  }

  /** The `process` of events, outside of one. */
  encodeProcess(process: Process, workload: Workload | undefined): string {
    return `${this.#open(process, workload)},"tid":${process.tgid}}`;
  }

  #details(event: Event): string {
    const { ancestorsOf } = this.#context;
    if (ancestorsOf === undefined && isHookEvent(event)) return this.#hookTexts.encode(event);
    return members(encodeDetails(event, this.#context));
  }

  #envelope(event: Event): string {
    const { clock, extensions } = this.#context;
    const text = `${this.#nodeText},"time":"${clock.toIso(event.timeNs)}"${this.#clusterText}`;
    return extensions ? `${text},"warder":${JSON.stringify(encodeExtension(event))}` : text;
  }

  #open(process: Process, workload: Workload | undefined): string {
    const slot = process.tgid % TEXT_SLOTS;
    const kept = this.#texts[slot];
    // Both are immutable, so the same objects have the same text.
    if (kept?.process === process && kept.workload === workload) return kept.text;
    const text = JSON.stringify(encodeProcess(process, this.#context, workload)).slice(0, -1);
    if (text.length <= TEXT_LENGTH_MAX) this.#texts[slot] = { process, workload, text };
    return text;
  }
}

/** The members of an object as JSON, without the braces around them. */
function members(value: object): string {
  return JSON.stringify(value).slice(1, -1);
}
