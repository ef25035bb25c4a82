/** Deeds with files. */
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { deed, pick, type SourceCase } from './deed.ts';

export const FILE_CASES: readonly SourceCase[] = [
  {
    class: 'file.open',
    asks: 'file.path|endswith: /open-hit, file.flags: [write, create]',
    deed: (base, which) => writeFileSync(join(base, `open-${which}`), ''),
    isSeenAtCalls: true,
  },
  {
    class: 'file.open',
    asks: 'file.path|endswith: /read-hit, file.flags: read',
    deed: (base, which) => readFileSync(join(base, `read-${which}`)),
    isSeenAtCalls: true,
  },
  {
    class: 'file.create',
    asks: 'file.path|endswith: /create-hit',
    deed: (base, which) => writeFileSync(join(base, `create-${which}`), ''),
    isSeenAtCalls: true,
  },
  {
    class: 'file.mkdir',
    asks: 'file.path|endswith: /mkdir-hit',
    deed: (base, which) => mkdirSync(join(base, `mkdir-${which}`)),
    isSeenAtCalls: true,
  },
  {
    class: 'file.rmdir',
    asks: 'file.path|endswith: /mkdir-hit',
    deed: (base, which) => rmdirSync(join(base, `mkdir-${which}`)),
    isSeenAtCalls: true,
  },
  {
    class: 'file.rename',
    asks: 'file.path|endswith: /renamed-hit, file.old_path|endswith: /create-hit',
    deed: (base, which) =>
      renameSync(join(base, `create-${which}`), join(base, `renamed-${which}`)),
    isSeenAtCalls: true,
  },
  {
    class: 'file.link',
    asks: 'file.path|endswith: /link-hit, file.old_path|re: ^/.*/read-hit$',
    deed: (base, which) => linkSync(join(base, 'read-hit'), join(base, `link-${which}`)),
    isSeenAtCalls: true,
  },
  {
    class: 'file.symlink',
    asks: 'file.target: /etc/hit, file.path|endswith: /symlink-hit',
    deed: (base, which) => symlinkSync(`/etc/${which}`, join(base, `symlink-${which}`)),
    isSeenAtCalls: true,
  },
  {
    class: 'file.mode',
    asks: 'file.path|endswith: /read-hit, file.mode_bits: S_ISUID',
    deed: (base, which) => chmodSync(join(base, 'read-hit'), pick(which, 0o4755, 0o755)),
    isSeenAtCalls: true,
  },
  {
    class: 'file.owner',
    asks: 'file.path|endswith: /read-hit, file.uid: 1, file.gid: 2',
    deed: (base, which) => chownSync(join(base, 'read-hit'), 1, pick(which, 2, 3)),
    isSeenAtCalls: true,
  },
  {
    class: 'file.unlink',
    asks: 'file.path|endswith: /link-hit',
    deed: (base, which) => unlinkSync(join(base, `link-${which}`)),
    isSeenAtCalls: true,
  },
  {
    class: 'file.mount',
    asks: 'file.filesystem: tmpfs, mount.source: hit, file.path|endswith: /mnt',
    deed: (base, which) => deed('mount', which, join(base, 'mnt'), 'tmpfs', 0, 0),
    isSeenAtCalls: true,
  },
  {
    class: 'file.mount',
    asks: 'mount.flags: move, file.path|endswith: /from-hit',
    deed: (base, which) => deed('move-mount', '/proc/sys', join(base, `from-${which}`)),
  },
];
