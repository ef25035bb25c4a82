/** The QEMU command line of a guest. */
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** What differs between two guests. */
export interface Machine {
  readonly image: string;
  readonly initramfs: string;
  readonly memoryMb: number;
  /** Extra kernel parameters. */
  readonly append: string;
  /** Host folder that the guest sees as /out. */
  readonly outDirectory: string;
}

/** File under the output folder that receives the kernel's console. */
export const CONSOLE_FILE = 'console.log';

/**
 * Program and arguments. One CPU always: with several, emulated kernels crash while code is being
 * patched under a running CPU, which attaching a probe does.
 */
export function qemuCommand(machine: Machine): readonly [string, readonly string[]] {
  const out = machine.outDirectory;
  const args = [
    ...['-accel', accelerator(), '-M', 'q35', '-cpu', 'max', '-smp', '1'],
    ...['-m', String(machine.memoryMb), '-display', 'none', '-nodefaults', '-no-user-config'],
    ...['-no-reboot', '-kernel', machine.image, '-initrd', machine.initramfs],
    ...['-append', `console=ttyS0 loglevel=4 reboot=t panic=-1 oops=panic ${machine.append}`],
    ...['-serial', `file:${join(out, CONSOLE_FILE)}`],
    // The root may span several devices, whose inode numbers must not collide.
    ...share('host', 'path=/,readonly=on,multidevs=remap'),
    ...share('out', `path=${out}`),
    ...['-device', 'virtio-serial-pci', '-chardev', 'stdio,id=stdout,signal=off'],
    ...['-device', 'virtserialport,chardev=stdout,name=stdout'],
  ];
  // The parent-death signal ends the guest even when the harness itself is killed.
  return ['setpriv', ['--pdeathsig', 'KILL', '--', 'qemu-system-x86_64', ...args]];
}

function share(tag: string, options: string): readonly string[] {
  return [
    ...['-fsdev', `local,id=${tag},security_model=none,${options}`],
    ...['-device', `virtio-9p-pci,fsdev=${tag},mount_tag=${tag}`],
  ];
}

/** Hardware virtualisation is opt-in: its device node may exist where it cannot be used. */
function accelerator(): string {
  if (process.env['WARDER_GUEST_ACCEL'] !== 'kvm') return 'tcg,thread=multi';
  accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
  return 'kvm';
}
