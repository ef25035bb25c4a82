/** The reference of the configuration, from the table of its keys. */
import type { ConfigKey } from '../../src/cli/config/key.ts';
import { describeType } from '../../src/cli/config/key-forms.ts';
import { CONFIG_KEYS, CONFIG_SECTIONS, flagOf, variableOf } from '../../src/cli/config/keys.ts';

const HEAD = `<!-- Made by scripts/generate-docs.ts from src/cli/config; do not edit. -->

# Configuration

One YAML file, \`/etc/warder/warder.yaml\` unless \`--config\` or \`$WARDER_CONFIG\` names another.
It need not be there. Every key is also a variable of the environment and an option of
\`warder run\`: options go before variables, variables before the file. Lists in variables are
divided by commas, and structures are given as YAML.

\`warder config check FILE\` says everything that is wrong, with line and column.
\`warder config show\` prints what would be in force, and where each value is from.
\`warder schema config\` prints a JSON Schema for editors.

On SIGHUP the agent reads the file again. Keys that are marked _live_ take effect at once, without
a message being lost; of the others the log says that they wait for the next start. A file with
errors changes nothing. Rules, exceptions, responses and detectors are read again too, all of them
or none: see [detections](../detections.md#rules-that-change). Without a file and without rules,
SIGHUP ends the agent.

\`\`\`yaml
agent:
  clusterName: production
rules:
  paths: [/etc/warder/rules]
alerts:
  resolveAfter: 30m
delivery:
  sinks:
    - name: bus
      type: nats
      servers: [nats.example.org:4222]
      credentials: {creds: {file: /etc/warder/agent.creds}}
    - name: on-call
      type: webhook
      url: https://hooks.example.org/warder
      secrets: [{env: WARDER_HOOK_SECRET}]
      route: {kinds: [alert, alert_update], severity: high}
\`\`\`

A secret is \`{file: PATH}\`, \`{env: NAME}\`, or the text itself. Secrets are never printed.
`;

/** The whole page. */
export function writeConfigurationPage(): string {
  const sections = Object.entries(CONFIG_SECTIONS).map(([section, about]) => {
    const keys = CONFIG_KEYS.filter((key) => key.section === section);
    return `\n## ${section}\n\n${about}\n\n${keys.map(writeKey).join('\n')}`;
  });
  return `${HEAD}${sections.join('')}`;
}

function writeKey(key: ConfigKey): string {
  const { name, section, type, fallback, summary, isLive } = key;
  const facts = [
    describeType(type),
    ...(fallback === undefined ? [] : [`default \`${fallback}\``]),
    ...(isLive === true ? ['_live_'] : []),
  ];
  const flag = `\`--${flagOf(key)}\``;
  const sense = key.flag?.isNegated === true ? ' (the opposite)' : '';
  return (
    `### ${section}.${name}\n\n${summary[0]?.toUpperCase()}${summary.slice(1)}.\n\n` +
    `${facts.join('; ')}. ${flag}${sense}, \`${variableOf(key)}\`.\n`
  );
}
