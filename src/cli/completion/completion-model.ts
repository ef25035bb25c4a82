/** What a shell has to know to complete the command, drawn from the registry. */
import type { Command, OperandSpec, OptionSpec } from '../command.ts';
import { groupOf } from '../help/usage.ts';
import { GLOBAL_OPTIONS } from '../options.ts';

/** A first word, or two words, and what may follow. */
export interface CompletionNode {
  /** Empty for the program itself. */
  readonly name: string;
  /** Next words, with what they do. */
  readonly words: readonly (readonly [word: string, summary: string])[];
  readonly options: readonly OptionSpec[];
  readonly operands: readonly OperandSpec[];
}

/** The program, then groups, then commands. */
export function listNodes(commands: readonly Command[]): readonly CompletionNode[] {
  const groups = listGroups(commands);
  const globals = { options: GLOBAL_OPTIONS, operands: [] };
  return [
    { name: '', words: firstWords(commands), ...globals },
    ...groups.map((group) => ({
      name: group,
      words: commands
        .filter((command) => groupOf(command) === group)
        .map(({ name, summary }) => [name.slice(group.length + 1), summary] as const),
      ...globals,
    })),
    ...commands.map(({ name, options, operands }) => ({
      name,
      words: operands.flatMap(({ choices = [] }) => choices.map((word) => [word, ''] as const)),
      options: [...options, ...GLOBAL_OPTIONS],
      operands,
    })),
  ];
}

/** First words of commands of two words. */
export function listGroups(commands: readonly Command[]): readonly string[] {
  return [...new Set(commands.map(groupOf).filter((group) => group !== undefined))];
}

/** Every option of the program once; options of one name take the same values everywhere. */
export function listOptions(commands: readonly Command[]): readonly OptionSpec[] {
  const all = [...commands.flatMap(({ options }) => options), ...GLOBAL_OPTIONS];
  return [...new Map(all.map((option) => [option.name, option])).values()];
}

/** The option as it is typed: its long form, and its short form if it has one. */
export function spellings({ name, short }: OptionSpec): readonly string[] {
  return short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`];
}

function firstWords(commands: readonly Command[]): CompletionNode['words'] {
  const groups = listGroups(commands).map((group) => [group, `commands about ${group}`] as const);
  const singles = commands.filter((command) => groupOf(command) === undefined);
  return [...singles.map(({ name, summary }) => [name, summary] as const), ...groups];
}
