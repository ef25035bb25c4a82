/** `warder schema`. */
import type { Command } from '../command.ts';

export const schemaCommand: Command = {
  name: 'schema',
  summary: 'print the JSON Schema of policies, for editors',
  details: [
    'With it an editor completes fields, explains them, and marks mistakes of structure while ' +
      'you type. `warder check` finds those and all others.',
    'Editors that use the YAML language server read the schema that a comment in the first line ' +
      'of a policy names: `# yaml-language-server: $schema=./tracing-policy.schema.json`.',
  ],
  operands: [],
  options: [],
  examples: [
    {
      explains: 'Keep it beside your policies',
      line: 'warder schema > tracing-policy.schema.json',
    },
    {
      explains: 'What does a selector take?',
      line: 'warder schema | jq \'.["$defs"].selector.properties | keys\'',
    },
  ],
  failure: 'never',
  async run({ io }) {
    const { policySchema } = await import('../../rules/policy/index.ts');
    io.stdout.write(`${JSON.stringify(policySchema(), undefined, 2)}\n`);
    return 0;
  },
};
