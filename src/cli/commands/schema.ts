/** `warder schema`. */
import type { Command } from '../command.ts';

const WHAT = ['policy', 'config'] as const;

export const schemaCommand: Command = {
  name: 'schema',
  summary: 'print the JSON Schema of policies or of the configuration, for editors',
  details: [
    'With it an editor completes fields, explains them, and marks mistakes of structure while ' +
      'you type. `warder check` finds those of policies and all others, `warder config check` ' +
      'those of the configuration.',
    'Editors that use the YAML language server read the schema that a comment in the first line ' +
      'of a policy names: `# yaml-language-server: $schema=./tracing-policy.schema.json`.',
  ],
  operands: [{ name: 'WHAT', choices: WHAT, isRequired: false }],
  options: [],
  examples: [
    {
      explains: 'Keep it beside your policies',
      line: 'warder schema > tracing-policy.schema.json',
    },
    {
      explains: 'For the file of configuration',
      line: 'warder schema config > warder.schema.json',
    },
    {
      explains: 'What does a selector take?',
      line: 'warder schema | jq \'.["$defs"].selector.properties | keys\'',
    },
  ],
  failure: 'never',
  async run({ args, io }) {
    io.stdout.write(`${JSON.stringify(await schemaOf(args.operands[0]), undefined, 2)}\n`);
    return 0;
  },
};

async function schemaOf(what: string | undefined): Promise<object> {
  if (what === 'config') {
    const { configSchema } = await import('../config/config-schema.ts');
    return configSchema();
  }
  const { policySchema } = await import('../../rules/policy/index.ts');
  return policySchema();
}
