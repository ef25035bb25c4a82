/** Sources of what is done to the kernel. */
import { BPF_COMMANDS } from './bpf-names.ts';
import type { Source, SourceHook } from './source.ts';
import { arg, securityWays, syscallWay } from './source-ways.ts';

const BPF: SourceHook = {
  call: 'bpf',
  arguments: [
    arg(0, 'bpf_cmd', 'command'),
    // The first member of what most commands take, whatever it is.
    arg(1, 'uint32', 'type', 'prog_type'),
    arg(1, 'string', 'prog_name', 'prog_name'),
    arg(1, 'string', 'map_name', 'map_name'),
  ],
  pushes: [
    {
      field: 'bpf.command',
      label: 'command',
      kind: 'number',
      numbers: Object.fromEntries(BPF_COMMANDS.map((name, number) => [name, number])),
    },
  ],
  syscall: 'bpf',
};

/** All of them. */
export const KERNEL_SOURCES: readonly Source[] = [
  {
    name: 'kernel_module',
    class: 'kernel.module',
    ways: [
      {
        kind: 'tracepoint',
        hooks: [{ call: 'module/module_load', arguments: [arg(0, 'module', 'module')] }],
      },
      {
        kind: 'function',
        hooks: [{ call: 'do_init_module', arguments: [arg(0, 'module', 'module')] }],
      },
      syscallWay([
        { call: 'sys_finit_module', arguments: [arg(0, 'fd', 'path')] },
        { call: 'sys_init_module', arguments: [] },
      ]),
    ],
  },
  {
    name: 'kernel_bpf',
    class: 'kernel.bpf',
    ways: [
      ...securityWays([BPF]),
      syscallWay([
        { call: 'sys_bpf', arguments: [arg(0, 'int', 'command')], pushes: BPF.pushes ?? [] },
      ]),
    ],
  },
];
