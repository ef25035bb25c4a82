/** Directories of pins of responses: a whole one, and for a moment two as agents change. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '../../model/errors.ts';
import { BpfMap } from '../kernel/index.ts';

const NAME = /^responses-(\d+)$/;

/** The map that says what marks mean. */
const RESPONSES = 'responses';

/** Is pinned last. */
const LAST_PIN = 'response_fork';

/** What an earlier agent left in force, if it is whole; what is not is removed. */
export function findPins(pinDirectory: string): string | undefined {
  const numbers = numbersIn(pinDirectory);
  const whole = numbers.filter((n) => existsSync(join(nameOf(pinDirectory, n), LAST_PIN)));
  const latest = whole.length === 0 ? undefined : Math.max(...whole);
  for (const number of numbers) {
    if (number !== latest) removePins(nameOf(pinDirectory, number));
  }
  return latest === undefined ? undefined : nameOf(pinDirectory, latest);
}

/** Where the next pins go. */
export function nextPins(pinDirectory: string): string {
  return nameOf(pinDirectory, Math.max(0, ...numbersIn(pinDirectory)) + 1);
}

export function removeOtherPins(pinDirectory: string, kept: string): void {
  for (const number of numbersIn(pinDirectory)) {
    const name = nameOf(pinDirectory, number);
    if (name !== kept) removePins(name);
  }
}

/**
 * Takes out of force whatever is pinned; false when nothing was. The kernel takes seconds to detach
 * programs that nothing holds, so that what they ask for goes first.
 */
export function unloadResponses(pinDirectory: string): boolean {
  const names = numbersIn(pinDirectory).map((number) => nameOf(pinDirectory, number));
  for (const name of names) {
    releaseAll(name);
    removePins(name);
  }
  return names.length > 0;
}

function releaseAll(directory: string): void {
  try {
    using responses = BpfMap.openPinned(join(directory, RESPONSES));
    for (const { key } of responses.entries()) responses.delete(key);
  } catch (error) {
    // Pins that are not whole are removed all the same.
    if (!(error instanceof CodedError)) throw error;
  }
}

/** What nothing else holds open is no longer in force. */
export function removePins(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}

function nameOf(pinDirectory: string, number: number): string {
  return join(pinDirectory, `responses-${number}`);
}

function numbersIn(pinDirectory: string): readonly number[] {
  if (!existsSync(pinDirectory)) return [];
  return readdirSync(pinDirectory).flatMap((name) => {
    const [, number] = NAME.exec(name) ?? [];
    return number === undefined ? [] : [Number(number)];
  });
}
