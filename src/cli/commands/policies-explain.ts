/** `warder policies explain`. */
import type { KernelReport } from '../../model/capability.ts';
import type { PolicyExplanation } from '../../model/explanation.ts';
import type { KernelTypes } from '../../model/kernel-types.ts';
import type { PolicyPlan } from '../../model/plan.ts';
import type { Command, CommandContext } from '../command.ts';
import { JSON_OPTION } from '../options.ts';
import { objectDirectory } from '../paths.ts';
import { readPolicyFiles } from '../policy-files.ts';
import { createPaint } from '../style.ts';
import { renderDiagnostics } from '../view/diagnostics.ts';
import { renderExplanation } from '../view/explanation.ts';
import { kernelName } from '../view/kernel.ts';

/** The running kernel, probed, and what it would make of a policy. */
export interface Explainer extends Disposable {
  readonly report: KernelReport;
  readonly types: KernelTypes;
  explain(plan: PolicyPlan): PolicyExplanation;
}

export type OpenExplainer = () => Promise<Explainer>;

/** The command with another kernel, for tests. */
export function createExplainCommand(open: OpenExplainer): Command {
  return {
    name: 'policies explain',
    summary: 'show what policies would be on this kernel, without loading them',
    details: [
      'For each hook: the ways of attaching with the reason against each, the arguments that are ' +
        'read, the lookups behind the matchers in their order, the selectors as they are tried, ' +
        'and what it costs. Needs no agent.',
      'Needs root to prove what the kernel can do, as `warder probe` does; without it every ' +
        'method seems impossible.',
    ],
    operands: [{ name: 'FILE|DIR', isPath: true, isRequired: true, isRepeatable: true }],
    options: [JSON_OPTION],
    examples: [
      {
        explains: 'Would it be in force here, and how?',
        line: 'sudo warder policies explain my-policy.yaml',
      },
      {
        explains: 'How are the hooks of the examples attached?',
        line:
          'sudo warder policies explain --json policies/examples/files | ' +
          `jq '.policies[].hooks[] | {hook, methods}'`,
      },
    ],
    failure: 'a file has errors, or a policy could not be in force on this kernel',
    run: (context) => run(context, open),
  };
}

export const policiesExplainCommand: Command = createExplainCommand(async () => {
  const { KernelBtfTypes, explainedKernel, explainPolicy, probeKernel } = await import(
    '../../engine/index.ts'
  );
  const report = probeKernel(objectDirectory());
  const types = new KernelBtfTypes();
  const kernel = explainedKernel(report, types, objectDirectory());
  return {
    report,
    types,
    explain: (plan) => explainPolicy(plan, kernel),
    [Symbol.dispose]: () => types.release(),
  };
});

async function run({ args, io, colour }: CommandContext, open: OpenExplainer): Promise<number> {
  const files = readPolicyFiles(args.operands);
  using kernel = await open();
  const { compilePolicies } = await import('../../rules/policy/index.ts');
  const compiled = files.map(({ file, text }) => ({
    ...{ file, text },
    ...compilePolicies(text, file, { kernel: kernel.types, missingHooks: 'allow' }),
  }));
  const diagnostics = compiled.flatMap((one) => one.diagnostics);
  const policies = compiled.flatMap(({ plans }) => plans).map((plan) => kernel.explain(plan));
  if (args.has('json')) {
    const result = { kernel: kernel.report, diagnostics, policies };
    io.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  } else {
    const paint = createPaint(colour.stdout);
    io.stdout.write(renderDiagnostics(compiled, colour.stdout));
    const lines = [
      kernelName(kernel.report),
      ...missing(kernel.report),
      ...policies.flatMap((policy) => ['', ...renderExplanation(policy, paint)]),
    ];
    io.stdout.write(lines.map((line) => `${line}\n`).join(''));
  }
  const hasErrors = diagnostics.some(({ severity }) => severity === 'error');
  return hasErrors || policies.some(isObstructed) ? 1 : 0;
}

function missing({ missingPrivileges }: KernelReport): readonly string[] {
  if (missingPrivileges.length === 0) return [];
  const names = missingPrivileges.join(', ');
  return [`without ${names} nothing could be proven: run it with sudo`];
}

function isObstructed({ obstacle, hooks }: PolicyExplanation): boolean {
  return obstacle !== '' || hooks.some((hook) => hook.obstacle !== '');
}
