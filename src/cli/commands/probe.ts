/** `warder probe`. */
import type { KernelReport } from '../../model/capability.ts';
import type { Command, CommandContext } from '../command.ts';
import { JSON_OPTION } from '../options.ts';
import { objectDirectory } from '../paths.ts';
import { createPaint, type Paint } from '../style.ts';
import { kernelName, renderCapabilities } from '../view/kernel.ts';

/** Finds out what the running kernel can do. */
export type Probe = () => Promise<KernelReport>;

/** The command with another way of probing, for tests. */
export function createProbeCommand(probe: Probe): Command {
  return {
    name: 'probe',
    summary: 'show what this kernel and these privileges allow',
    details: [
      'Attaches small programs for a moment and looks whether they run and whether they can ' +
        'deny: on many kernels a program attaches and never runs. Needs no agent, and changes ' +
        'nothing.',
      'Needs root to prove anything but the presence of BTF.',
    ],
    operands: [],
    options: [JSON_OPTION],
    examples: [
      { explains: 'Can policies be enforced on this machine?', line: 'sudo warder probe' },
      {
        explains: 'Is BPF LSM in effect?',
        line: `sudo warder probe --json | jq '.capabilities[] | select(.name == "lsm")'`,
      },
    ],
    failure: 'the agent cannot run here: a privilege, BTF, or BTF tracepoints are missing',
    run: (context) => run(context, probe),
  };
}

export const probeCommand: Command = createProbeCommand(async () => {
  const { probeWholeKernel } = await import('../../engine/index.ts');
  return probeWholeKernel(objectDirectory());
});

async function run({ args, io, colour }: CommandContext, probe: Probe): Promise<number> {
  const report = await probe();
  const isReady = canRun(report);
  if (args.has('json')) {
    io.stdout.write(`${JSON.stringify({ ...report, isReady }, null, 2)}\n`);
  } else {
    const lines = render(report, createPaint(colour.stdout), io.stdout.columns);
    io.stdout.write(lines.map((line) => `${line}\n`).join(''));
  }
  return isReady ? 0 : 1;
}

/** What the base sensor cannot do without. */
function canRun({ capabilities, missingPrivileges }: KernelReport): boolean {
  const has = (name: string): boolean =>
    capabilities.some((capability) => capability.name === name && capability.available);
  return missingPrivileges.length === 0 && has('btf') && has('tp_btf');
}

function render(report: KernelReport, paint: Paint, columns: number): readonly string[] {
  return [
    kernelName(report),
    ...renderCapabilities(report, paint, { columns, explains: true }),
    ...verdict(report, paint),
  ];
}

function verdict(report: KernelReport, paint: Paint): readonly string[] {
  const { missingPrivileges } = report;
  if (missingPrivileges.length > 0) {
    return [
      `${paint('yellow', 'missing privileges')}: ${missingPrivileges.join(', ')}`,
      'Without them nothing but BTF can be proven, so `missing` above says little about the ' +
        'kernel. Run `sudo warder probe`.',
    ];
  }
  return canRun(report)
    ? [paint('green', 'the agent can run here')]
    : [paint('red', 'the agent cannot run here: it needs btf and tp_btf')];
}
