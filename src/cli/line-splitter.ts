/** Chunks of bytes to lines of text. */
import { StringDecoder } from 'node:string_decoder';

/** A record has at most 64 KiB; its JSON is at most six times that, and the process besides. */
const LINE_LENGTH_MAX = 4 * 1024 * 1024;

/** Splits at line feeds; of a line above 4 Mi characters only the beginning is kept. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  /** The lines that the chunk completes, without their ends. */
  push(chunk: Uint8Array): readonly string[] {
    const lines = this.#decoder.write(chunk).split('\n');
    lines[0] = this.#rest + (lines[0] ?? '');
    this.#rest = (lines.pop() ?? '').slice(0, LINE_LENGTH_MAX);
    return lines;
  }

  /** What is left without a line end, if anything. */
  end(): readonly string[] {
    const rest = this.#rest + this.#decoder.end();
    this.#rest = '';
    return rest === '' ? [] : [rest];
  }
}
