/** `warder check`. */
import { CodedError } from '../../model/errors.ts';
import type { KernelTypes } from '../../model/kernel-types.ts';
import type { PolicyFile } from '../agent-options.ts';
import type { Command, CommandContext } from '../command.ts';
import { JSON_OPTION } from '../options.ts';
import { readPolicyFiles } from '../policy-files.ts';
import { printable } from '../style.ts';
import { countDiagnostics, plural, renderDiagnostics } from '../view/diagnostics.ts';

/** Types of the running kernel, ready to be asked; to be closed after use. */
export interface OpenedTypes extends Disposable {
  readonly types: KernelTypes;
}

/** Throws a CodedError when the running kernel's types cannot be read. */
export type OpenTypes = () => Promise<OpenedTypes>;

/** The command with another kernel, for tests. */
export function createCheckCommand(openTypes: OpenTypes): Command {
  return {
    name: 'check',
    summary: 'check policies without loading them',
    details: [
      'Reports everything that is wrong with the files, with the place and what would be right: ' +
        'unknown fields, values of the wrong kind, selectors that can never match.',
      'Functions and the types of their arguments are checked against the running kernel when ' +
        'its BTF can be read. With `--kernel none` only the text is checked, so that the result ' +
        'is the same on every machine.',
    ],
    operands: [{ name: 'FILE|DIR', isPath: true, isRequired: true, isRepeatable: true }],
    options: [
      JSON_OPTION,
      {
        name: 'kernel',
        value: 'KERNEL',
        choices: ['none', 'running'],
        summary: 'check against the running kernel, or not (default: running, if it has BTF)',
      },
    ],
    examples: [
      { explains: 'Check a policy against this kernel', line: 'warder check my-policy.yaml' },
      {
        explains: 'Check a repository of policies in CI',
        line: 'warder check --kernel none policies/examples/quickstart',
      },
      {
        explains: 'Which codes came up?',
        line: `warder check --json my-policy.yaml | jq -r '.files[].diagnostics[].code'`,
      },
    ],
    failure: 'a file has errors or cannot be read; warnings alone are no failure',
    run: (context) => run(context, openTypes),
  };
}

export const checkCommand: Command = createCheckCommand(async () => {
  const { KernelBtfTypes } = await import('../../engine/index.ts');
  const types = new KernelBtfTypes();
  // Opened by the first question, and what fails must fail here.
  types.functionParameters('do_exit');
  return { types, [Symbol.dispose]: () => types.release() };
});

async function run(context: CommandContext, openTypes: OpenTypes): Promise<number> {
  const { args, io, colour } = context;
  const files = readPolicyFiles(args.operands);
  using kernel = await openKernel(context, openTypes);
  const { compilePolicies } = await import('../../rules/policy/index.ts');
  const checked = files.map(({ file, text }: PolicyFile) => {
    const options = kernel === undefined ? {} : { kernel: kernel.types };
    const { plans, diagnostics } = compilePolicies(text, file, options);
    return { file, text, policies: plans.map(({ name }) => name), diagnostics };
  });
  const count = countDiagnostics(checked.flatMap(({ diagnostics }) => diagnostics));
  if (args.has('json')) {
    const shown = checked.map(({ text, ...rest }) => rest);
    const result = { kernel: kernel === undefined ? 'none' : 'running', ...count, files: shown };
    io.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  } else {
    io.stdout.write(renderDiagnostics(checked, colour.stdout));
    const policies = checked.reduce((sum, { policies: names }) => sum + names.length, 0);
    io.stdout.write(
      `${plural(files.length, 'file')} checked: ${plural(policies, 'policy', 'policies')} good, ` +
        `${plural(count.errors, 'error')}, ${plural(count.warnings, 'warning')}\n`,
    );
  }
  return count.errors > 0 ? 1 : 0;
}

async function openKernel(
  { args, io }: CommandContext,
  openTypes: OpenTypes,
): Promise<OpenedTypes | undefined> {
  const wish = args.value('kernel');
  if (wish === 'none') return undefined;
  try {
    return await openTypes();
  } catch (error) {
    if (wish === 'running' || !(error instanceof CodedError)) throw error;
    io.stderr.write(`note: not checked against a kernel: ${printable(error.message)}\n`);
    return undefined;
  }
}
