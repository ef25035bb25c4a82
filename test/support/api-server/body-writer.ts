/** Writes the body of an answer, with what a fault makes of it. */
import type { ServerResponse } from 'node:http';
import type { Fault } from './faults.ts';

const TICK_MS = 1;

export class BodyWriter {
  readonly #response: ServerResponse;
  readonly #fault: Fault | undefined;
  #waiting: Buffer = Buffer.alloc(0);
  #isEnding = false;
  #timer: NodeJS.Timeout | undefined;

  /** Sends the head at once: what comes later is the body. */
  constructor(response: ServerResponse, fault: Fault | undefined) {
    this.#response = response;
    this.#fault = fault;
    response.on('close', () => clearTimeout(this.#timer));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    if (fault?.kind === 'text') response.write(fault.text);
  }

  write(text: string): void {
    const fault = this.#fault;
    if (fault?.kind === 'text' && fault.isWhole) return;
    if (fault?.kind === 'silence' || this.#isEnding || this.#response.destroyed) return;
    if (fault?.kind === 'half') {
      const bytes = Buffer.from(text);
      this.#response.write(bytes.subarray(0, bytes.length / 2), () =>
        this.#response.socket?.destroy(),
      );
    } else if (fault?.kind === 'slow') {
      this.#waiting = Buffer.concat([this.#waiting, Buffer.from(text)]);
      this.#drip(fault.bytes);
    } else {
      this.#response.write(text);
    }
  }

  end(): void {
    if (this.#fault?.kind === 'silence' || this.#fault?.kind === 'half') return;
    this.#isEnding = true;
    if (this.#waiting.length === 0) this.#response.end();
  }

  #drip(bytes: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#response.write(this.#waiting.subarray(0, bytes));
      this.#waiting = this.#waiting.subarray(bytes);
      if (this.#waiting.length > 0) this.#drip(bytes);
      else if (this.#isEnding) this.#response.end();
    }, TICK_MS);
  }
}
