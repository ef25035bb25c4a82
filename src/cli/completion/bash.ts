/** Completion for bash. */
import type { Command, OptionSpec } from '../command.ts';
import {
  type CompletionNode,
  listGroups,
  listNodes,
  listOptions,
  spellings,
} from './completion-model.ts';

/** A script to be sourced. */
export function formatBash(commands: readonly Command[]): string {
  const valued = listOptions(commands).filter(({ value }) => value !== undefined);
  return `# Completion of warder for bash: source <(warder completion bash)
_warder() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]}
  local command= words= files= index
  COMPREPLY=()
  case $previous in
${valued.map(valueCase).join('\n')}
  esac
  for ((index = 1; index < COMP_CWORD; index++)); do
    case \${COMP_WORDS[index]} in
      --color) index=$((index + 1)) ;;
      -*) ;;
      *)
        command=\${COMP_WORDS[index]}
        break
        ;;
    esac
  done
  case $command in
    ${listGroups(commands).join('|')})
      if ((index + 1 < COMP_CWORD)); then command="$command \${COMP_WORDS[index + 1]}"; fi
      ;;
  esac
  case $command in
${listNodes(commands).map(nodeCase).join('\n')}
  esac
  if [[ $files ]]; then mapfile -t COMPREPLY < <(compgen -f -- "$current"); fi
  mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -o filenames -F _warder warder
`;
}

function valueCase(option: OptionSpec): string {
  return `    ${spellings(option).join('|')})
      ${valueCommand(option)}
      return
      ;;`;
}

function valueCommand({ choices, isPath }: OptionSpec): string {
  if (choices !== undefined) {
    return `mapfile -t COMPREPLY < <(compgen -W '${choices.join(' ')}' -- "$current")`;
  }
  return isPath ? 'mapfile -t COMPREPLY < <(compgen -f -- "$current")' : ':';
}

function nodeCase({ name, words, options, operands }: CompletionNode): string {
  const all = [...words.map(([word]) => word), ...options.map((option) => `--${option.name}`)];
  const files = operands.some(({ isPath }) => isPath) ? '\n      files=yes' : '';
  return `    '${name}')
      words='${all.join(' ')}'${files}
      ;;`;
}
