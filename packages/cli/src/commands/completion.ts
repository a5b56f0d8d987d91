import { EXIT, UsageError } from '@cuda-activations/experiments';
import { z } from 'zod';
import { candidates } from '../command/candidates';
import { defineCommand } from '../command/definition';

/** What each shell needs to ask this program. */
const SCRIPTS: Readonly<Record<string, string>> = {
  bash: `_activations() {
  local IFS=$'\\n'
  COMPREPLY=($(activations complete --shell=bash -- "\${COMP_LINE:0:COMP_POINT}" 2>/dev/null))
  [[ \${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
}
complete -o default -F _activations activations`,
  zsh: `#compdef activations
_activations() {
  local -a found
  found=("\${(@f)$(activations complete --shell=zsh -- "\${(j: :)words[1,CURRENT]}" 2>/dev/null)}")
  [[ -n "$found" ]] && { [[ "$found[1]" == *= ]] && compadd -S '' -a found || compadd -a found } || _files
}
compdef _activations activations`,
  fish: `complete -c activations -a '(activations complete --shell=fish -- (commandline -cp) 2>/dev/null)'`,
};

export const completionCommand = defineCommand({
  name: 'completion',
  summary: 'a script that makes a shell complete commands, options and their values',
  details: 'Completes `activations`, so it must be on the PATH: npm install -g, or node_modules/.bin. In ~/.bashrc or ~/.zshrc: eval "$(activations completion bash)"; in fish: activations completion fish | source.',
  arguments: [{ name: 'shell', description: Object.keys(SCRIPTS).join(', '), required: true, values: () => Object.keys(SCRIPTS) }],
  options: {},
  examples: [{ line: 'completion bash', says: 'the script for bash' }],
  run: ({ arguments: [shell = ''], io }) => {
    const script = SCRIPTS[shell];
    if (script === undefined) throw new UsageError(`shell: expected ${Object.keys(SCRIPTS).join(', ')}, got ${shell}`);
    io.print(script);
    return EXIT.done;
  },
});

export const completeCommand = defineCommand({
  name: 'complete',
  summary: 'what may follow a line that is being typed, for the scripts of `completion`',
  arguments: [{ name: 'line', description: 'the line up to the cursor', required: true }],
  options: { shell: z.enum(['bash', 'zsh', 'fish']).default('fish').describe('that asks') },
  hidden: true,
  run: async ({ arguments: [line = ''], options: { shell }, io }) => {
    // Only then is the list of commands complete.
    const { COMMANDS, GROUPS } = await import('./all.js');
    const found = await candidates(line, COMMANDS, Object.keys(GROUPS));
    // bash breaks words at "=": what stands before it is there already.
    const typed = /\S*$/.exec(line)?.[0] ?? '';
    const known = shell === 'bash' && typed.includes('=') ? typed.indexOf('=') + 1 : 0;
    for (const candidate of found) io.print(candidate.slice(known));
    return EXIT.done;
  },
});
