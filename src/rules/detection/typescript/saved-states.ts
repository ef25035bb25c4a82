/** What detectors remember, as a text that an agent that comes after can read. */
import { CodedError } from '../../../model/errors.ts';
import { isRecord } from '../recording/is-record.ts';
import type { SavedState } from './protocol.ts';

const FORMAT_VERSION = 1;

/** The text. Times are of CLOCK_BOOTTIME, so it is of use until the machine is started again. */
export function encodeStates(boot: string, states: readonly SavedState[]): string {
  const head = { warder: 'detectors', version: FORMAT_VERSION, boot };
  return `${[head, ...states].map((line) => JSON.stringify(line)).join('\n')}\n`;
}

/** States of the text, if it is of the same boot. Throws RULE_DETECTOR_SAVED_INVALID. */
export function decodeStates(text: string, boot: string): readonly SavedState[] {
  const [head, ...states] = text.trimEnd().split('\n').map(parseLine);
  if (head?.['warder'] !== 'detectors' || head['version'] !== FORMAT_VERSION) {
    return refuse('it does not begin as one');
  }
  return head['boot'] === boot ? states.map(readState) : [];
}

function parseLine(line: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return refuse('a line is no JSON');
  }
  return isRecord(value) ? value : refuse('a line is no object');
}

function readState({ id, version, text }: Readonly<Record<string, unknown>>): SavedState {
  const isState = typeof id === 'string' && typeof version === 'string' && typeof text === 'string';
  return isState ? { id, version, text } : refuse('a line is no state of a detector');
}

function refuse(problem: string): never {
  const message = `what detectors remembered cannot be read: ${problem}`;
  throw new CodedError('RULE_DETECTOR_SAVED_INVALID', message);
}
