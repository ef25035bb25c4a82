/** Events to JSON lines, fast: the text of a process is made once and used for all its events. */
import type { Event, Process } from '../../../model/event.ts';
import { type EncodeContext, encodeActor, encodeDetails, encodeEnvelope } from './encode-event.ts';
import { encodeProcess } from './encode-process.ts';

/**
 * Processes whose text is kept, by the low bits of their tgid. Bursts come from few processes and
 * name two each; without this, three fifths of the time of an event go into them.
 */
const TEXT_SLOTS = 1024;

/** Longer texts, of processes with huge arguments, are not kept: with it, 8 MiB at the most. */
const TEXT_LENGTH_MAX = 8192;

interface ProcessText {
  readonly process: Process;
  /** JSON of the process without its closing brace. */
  readonly text: string;
}

/** Prints the events of one agent; the JSON is that of toJsonEvent. */
export class EventEncoder {
  readonly #context: EncodeContext;
  readonly #texts: (ProcessText | undefined)[] = new Array(TEXT_SLOTS).fill(undefined);

  constructor(context: EncodeContext) {
    this.#context = context;
  }

  /** One line of JSON, without a line end. */
  encode(event: Event): string {
    const context = this.#context;
    const actor = members(encodeActor(event));
    const details = members(encodeDetails(event, context));
    const envelope = members(encodeEnvelope(event, context));
    const { process, parent } = event;
    let body = `"process":${this.#open(process)},${actor}}`;
    if (parent !== undefined) body += `,"parent":${this.#open(parent)},"tid":${parent.tgid}}`;
    if (details !== '') body += `,${details}`;
    return `{"${event.kind}":{${body}},${envelope}}`;
  }

  #open(process: Process): string {
    const slot = process.tgid % TEXT_SLOTS;
    const kept = this.#texts[slot];
    // A process is immutable, so the same object has the same text.
    if (kept?.process === process) return kept.text;
    const text = JSON.stringify(encodeProcess(process, this.#context)).slice(0, -1);
    if (text.length <= TEXT_LENGTH_MAX) this.#texts[slot] = { process, text };
    return text;
  }
}

/** The members of an object as JSON, without the braces around them. */
function members(value: object): string {
  return JSON.stringify(value).slice(1, -1);
}
