/** The completion script of zsh. */
import { type CompletedCommand, type CompletedOption, quoted } from './completed-commands.ts';

export function zshCompletion(commands: readonly CompletedCommand[]): string {
  return `#compdef slipway
_slipway() {
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    ${quoted(`${name}:${inDescription(summary)}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${commands.map(commandCase).join('\n')}
  esac
}
if [ "$funcstack[1]" = _slipway ]; then _slipway "$@"; else compdef _slipway slipway; fi`;
}

function commandCase({ name, words, options }: CompletedCommand): string {
  const argument = words.length === 0 ? '1: :_files' : `1: :(${words.join(' ')})`;
  return `  ${name})\n    _arguments -S ${[...options.map(optionSpec), argument].map(quoted).join(' \\\n      ')} ;;`;
}

function optionSpec({ name, summary, takes, choices }: CompletedOption): string {
  const about = `*${name}[${inDescription(summary)}]`;
  if (takes === undefined) return about;
  return `${about}:${inDescription(takes)}:${choices.length > 0 ? `(${choices.join(' ')})` : '_files'}`;
}

/** A colon and a bracket would end the description. */
function inDescription(text: string): string {
  return text.replace(/[[\]\\:]/g, '\\$&');
}
