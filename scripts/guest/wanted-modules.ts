/** The kernel modules guests need, beyond what Debian builds in. */

/** Loaded by the first process of a guest, in dependency order, before anything else works. */
export const BOOT_MODULES: readonly string[] = [
  '9p',
  '9pnet_virtio',
  'virtio_pci',
  'virtio_console',
  'overlay',
];

/** Loaded once the root is in place: what containers and network tests need. */
export const LATE_MODULES: readonly string[] = ['veth'];

/** Only copied to /run/guest/modules/spare, for tests that load a module themselves. */
export const SPARE_MODULES: readonly string[] = ['dummy'];

/** Identifies the module lists above, so that changing them makes older folders stale. */
export function describeWantedModules(): string {
  return [BOOT_MODULES, LATE_MODULES, SPARE_MODULES].map((list) => list.join(' ')).join(' | ');
}
