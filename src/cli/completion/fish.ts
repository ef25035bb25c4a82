/** Completion for fish. */
import type { Command, OptionSpec } from '../command.ts';
import { type CompletionNode, listNodes } from './completion-model.ts';

/** A script for ~/.config/fish/completions/warder.fish. */
export function formatFish(commands: readonly Command[]): string {
  const nodes = listNodes(commands);
  return `# Completion of warder for fish: warder completion fish | source
complete -c warder -f
${nodes.flatMap((node) => nodeLines(node, nodes)).join('\n')}
`;
}

function nodeLines(node: CompletionNode, nodes: readonly CompletionNode[]): readonly string[] {
  const head = `complete -c warder -n ${quote(condition(node, nodes))}`;
  const hasFiles = node.operands.some(({ isPath }) => isPath);
  return [
    ...node.words.map(([word, summary]) =>
      summary === '' ? `${head} -a ${word}` : `${head} -a ${word} -d ${quote(summary)}`,
    ),
    ...node.options.map((option) => `${head}${optionPart(option)}`),
    ...(hasFiles ? [`${head} -F`] : []),
  ];
}

function condition({ name }: CompletionNode, nodes: readonly CompletionNode[]): string {
  const children = nodes.filter((other) => other.name.startsWith(`${name} `));
  if (name === '') return '__fish_use_subcommand';
  const seen = name
    .split(' ')
    .map((word) => `__fish_seen_subcommand_from ${word}`)
    .join('; and ');
  if (children.length === 0) return seen;
  const below = children.map((child) => child.name.slice(name.length + 1)).join(' ');
  return `${seen}; and not __fish_seen_subcommand_from ${below}`;
}

function optionPart({ name, short, value, choices, isPath, summary }: OptionSpec): string {
  const spelling = short === undefined ? ` -l ${name}` : ` -l ${name} -s ${short}`;
  const required = value === undefined ? '' : isPath ? ' -r -F' : ' -x';
  const given = choices === undefined ? '' : ` -a ${quote(choices.join(' '))}`;
  return `${spelling}${required}${given} -d ${quote(summary)}`;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
