/** What the commands take that are about the connection itself: who you are, and where Slipway is. */
import { ROLES } from '../../domain/access/grant.ts';
import { declare } from '../arguments/declaration.ts';
import { CONNECTION, exitNotes, QUICK_EXITS } from '../remote/connection-options.ts';

export const LOGIN = declare({
  name: 'login',
  summary: 'Save which Slipway you call, and as whom',
  about:
    'Checks the address and the token with the server, and then saves them in a profile that only you can read. With --stage it saves no token: each command signs one by your AWS credentials.',
  arguments: [],
  options: {
    ...CONNECTION,
    audience: { takes: 'NAME', summary: 'The audience of the tokens, when it is not the name of the stack.' },
  },
  examples: [
    'slipway login --url https://slipway.example --token -',
    'slipway login --url https://slipway.example --stage prod --profile prod',
  ],
  notes: exitNotes(...QUICK_EXITS),
});

export const LOGOUT = declare({
  name: 'logout',
  summary: 'Delete a profile and its token',
  about: 'Deletes a profile of this machine, with its token. The server is not asked.',
  arguments: [],
  options: { profile: CONNECTION.profile, json: CONNECTION.json },
  examples: ['slipway logout', 'slipway logout --profile prod'],
  notes: exitNotes('good', 'refused'),
});

export const WHOAMI = declare({
  name: 'whoami',
  summary: 'Say which Slipway you call, and as whom',
  about: 'Says the address, where the token comes from, what it claims, and whether the server accepts it.',
  arguments: [],
  options: CONNECTION,
  examples: ['slipway whoami'],
  notes: exitNotes(...QUICK_EXITS),
});

export const ACCESS = declare({
  name: 'access',
  summary: 'Say what the access policy gives a token',
  about:
    'Says which statement of an access policy fits a token, and which nearly does. It asks no server, and does not verify the signature. The token is the one that any other command would send.',
  arguments: [{ name: 'check', summary: 'The only thing to do with access', choices: ['check'] }],
  wants: 'The only thing to do with access is: slipway access check',
  options: {
    policy: { takes: 'FILE', default: 'access-policy.json', summary: 'The access policy of the stack.' },
    role: { takes: 'ROLE', choices: ROLES, summary: `Exit code 1 without this role: ${ROLES.join(', ')}.` },
    service: { takes: 'NAME', summary: 'The service for which the role is needed.' },
    ...CONNECTION,
  },
  examples: ['slipway access check --token -', 'slipway access check --role deployer --service checkout'],
  notes: exitNotes('good', 'refused', 'notReached'),
});

export const COMPLETION = declare({
  name: 'completion',
  summary: 'Print the completion of a shell',
  about: 'Prints a script with which a shell completes commands and options.',
  arguments: [{ name: 'SHELL', summary: 'bash, zsh or fish', choices: ['bash', 'zsh', 'fish'] }],
  wants: 'Name a shell: slipway completion bash, or zsh, or fish',
  options: {},
  examples: ['slipway completion bash'],
  notes: `bash:  echo 'source <(slipway completion bash)' >> ~/.bashrc
zsh:   slipway completion zsh > "\${fpath[1]}/_slipway"
fish:  slipway completion fish > ~/.config/fish/completions/slipway.fish`,
});

const PAGE = {
  print: { summary: 'Only prints the address.' },
  url: CONNECTION.url,
  profile: CONNECTION.profile,
} as const;

export const OPEN = declare({
  name: 'open',
  summary: 'Open Slipway in the browser',
  about: 'Prints the address of Slipway, and opens it in the browser when it runs in a terminal.',
  arguments: [],
  options: PAGE,
  examples: ['slipway open'],
});

export const DOCS = declare({
  name: 'docs',
  summary: 'Open the reference of the API in the browser',
  about: 'Prints the address of the reference of the API, and opens it in the browser when it runs in a terminal.',
  arguments: [],
  options: PAGE,
  examples: ['slipway docs --print'],
});
