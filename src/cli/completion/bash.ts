/** The completion script of bash. It needs no package of completions. */
import type { CompletedCommand } from './completed-commands.ts';
import { quoted } from './completed-commands.ts';

export function bashCompletion(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  return `# slipway completion bash
_slipway() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}"
  local words='' files=''
  if [ "$COMP_CWORD" -eq 1 ]; then
    words=${quoted(`${names} help --help --version`)}
  else
    case "$command $before" in
${commands.flatMap(valueCases).join('\n')}
    *)
      case "$command" in
${commands.map(commandCase).join('\n')}
      help) words=${quoted(names)} ;;
      esac
      ;;
    esac
  fi
  COMPREPLY=()
  if [ -n "$files" ]; then COMPREPLY=( $(compgen -f -- "$word") ); return; fi
  COMPREPLY=( $(compgen -W "$words" -- "$word") )
}
complete -o default -F _slipway slipway`;
}

/** After an option with a value comes one of its choices, a file, or a word that no list knows. */
function valueCases({ name, options }: CompletedCommand): string[] {
  return options.flatMap(({ name: option, takes, choices }) => {
    if (takes === undefined) return [];
    const does = choices.length > 0 ? `words=${quoted(choices.join(' '))}` : 'files=1';
    return [`    ${quoted(`${name} ${option}`)}) ${does} ;;`];
  });
}

function commandCase({ name, words, options }: CompletedCommand): string {
  return `      ${quoted(name)}) words=${quoted([...words, ...options.map((option) => option.name)].join(' '))} ;;`;
}
