/** What `slipway token` takes. */
import { ROLES } from '../../domain/access/grant.ts';
import { TOKEN_HOURS_MAX } from '../../domain/access/token.ts';
import { declare } from '../arguments/declaration.ts';

export const TOKEN = declare({
  name: 'token',
  summary: "Make a token of Slipway's own",
  about: `Makes a token, signed by the key of the stage's stack. Anyone who may kms:Sign with that key may make one. Only the token goes to standard output.`,
  arguments: [{ name: 'create', summary: 'The only thing to do with tokens', choices: ['create'] }],
  wants: 'The only thing to do with tokens is: slipway token create',
  options: {
    role: { takes: 'ROLE', summary: `What the token may do: ${ROLES.join(', ')}.` },
    service: { takes: 'NAME', isRepeatable: true, summary: "For which service; '*' for all." },
    subject: { takes: 'WHO', summary: 'Who it is for, as it shall stand in timelines: jane@acme.' },
    hours: { takes: 'N', default: '1', summary: `How long it is good; at most ${TOKEN_HOURS_MAX}.` },
    stage: { takes: 'STAGE', default: 'dev', summary: 'The stage of the stack.' },
    region: { takes: 'REGION', summary: 'Left out: that of your AWS configuration.' },
    audience: { takes: 'NAME', summary: 'Left out: the name of the stack.' },
  },
  examples: ["slipway token create --role admin --service '*' --subject you@example.com --stage prod"],
});
