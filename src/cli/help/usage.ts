/** The parts of help that the terminal and the reference share. */
import type { Command, OptionSpec } from '../command.ts';

/** Group of a command: the first word of a name of two, else undefined. */
export function groupOf({ name }: Command): string | undefined {
  return name.includes(' ') ? name.split(' ')[0] : undefined;
}

/** `warder check [options] FILE|DIR...`. */
export function usageLine({ name, operands }: Command): string {
  const parts = operands.map(({ name: operand, choices, isRequired, isRepeatable }) => {
    const text = `${choices?.join('|') ?? operand}${isRepeatable ? '...' : ''}`;
    return isRequired ? text : `[${text}]`;
  });
  return ['warder', name, '[options]', ...parts].join(' ');
}

/** `-p, --policy PATH`. */
export function optionHead({ name, short, value, choices }: OptionSpec): string {
  const head = short === undefined ? `    --${name}` : `-${short}, --${name}`;
  return value === undefined ? head : `${head} ${choices?.join('|') ?? value}`;
}

/** The summary with what else there is to know: default, repetition. */
export function optionSummary({ summary, fallback, isRepeatable }: OptionSpec): string {
  const notes = [
    ...(isRepeatable ? ['may be repeated'] : []),
    ...(fallback === undefined ? [] : [`default: ${fallback}`]),
  ];
  return notes.length === 0 ? summary : `${summary} (${notes.join('; ')})`;
}

/** Exit codes of a command, with their meaning. */
export function exitCodes({
  failure,
}: Command): readonly (readonly [code: number, means: string])[] {
  return [
    [0, 'done'],
    [1, failure],
    [2, 'the command line is wrong'],
  ];
}
