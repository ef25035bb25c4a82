/** Completion for zsh. */
import type { Command, OptionSpec } from '../command.ts';
import { type CompletionNode, listGroups, listNodes, spellings } from './completion-model.ts';

/** A script for a folder in fpath, or to be sourced after compinit. */
export function formatZsh(commands: readonly Command[]): string {
  const groups = listGroups(commands);
  return `#compdef warder
# Completion of warder for zsh: warder completion zsh > "\${fpath[1]}/_warder"
_warder() {
  local -a found
  local node=''
  integer index=2
  while ((index < CURRENT)); do
    case \${words[index]} in
      --color) ((index += 2)); continue ;;
      -*) ((index += 1)); continue ;;
    esac
    node=\${words[index]}
    if [[ $node == (${groups.join('|')}) ]] && ((index + 1 < CURRENT)); then
      ((index += 1))
      node="$node \${words[index]}"
    fi
    break
  done
  if [[ -n $node ]]; then
    shift $((index - 1)) words
    ((CURRENT -= index - 1))
  fi
  case $node in
${listNodes(commands).map(nodeCase).join('\n')}
  esac
}
if [[ \${funcstack[1]} == _warder ]]; then _warder "$@"; else compdef _warder warder; fi
`;
}

function nodeCase(node: CompletionNode): string {
  const { name, words, operands } = node;
  const describe = words.map(([word, summary]) => quote(`${word}:${summary}`)).join(' ');
  const wordsPart = words.length === 0 ? '' : `found=(${describe}); `;
  const rest =
    words.length > 0
      ? `'*:word:{_describe -t words word found}'`
      : operands.some(({ isPath }) => isPath)
        ? `'*:file:_files'`
        : '';
  const specs = node.options.flatMap(optionSpecs).join(' ');
  return `    '${name}') ${wordsPart}_arguments ${specs} ${rest} ;;`.replace(/ +;;$/, ' ;;');
}

function optionSpecs(option: OptionSpec): readonly string[] {
  const { summary, value, choices, isPath, isRepeatable } = option;
  const explained = summary.replace(/[[\]:]/g, ' ');
  const action = choices === undefined ? (isPath ? '_files' : ' ') : `(${choices.join(' ')})`;
  const argument = value === undefined ? '' : `:${value}:${action}`;
  const prefix = isRepeatable ? '*' : '';
  return spellings(option).map((name) => quote(`${prefix}${name}[${explained}]${argument}`));
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
