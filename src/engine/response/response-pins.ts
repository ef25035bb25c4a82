/** Directories of pins of responses: a whole one, and for a moment two as agents change. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const NAME = /^responses-(\d+)$/;

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
