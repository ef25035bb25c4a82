/** What hooks on files read, as facts. */
import type { Facts } from '../../../model/fact.ts';
import { accessFlags, mountFlags } from './kernel-flags.ts';
import type { SourceArguments } from './source-arguments.ts';
import type { Translator } from './translator.ts';

const TYPE_MASK = 0o170000;

/** The process says this for an owner that is to stay. */
const UNCHANGED = 0xffff_ffff;

/** A name in a directory. Without the directory, the path is not known. */
function joined(directory: string | undefined, name: string | undefined): string | undefined {
  if (directory === undefined || name === undefined) return undefined;
  return `${directory === '/' ? '' : directory}/${name}`;
}

/** What is made or removed: as the hook has it, or as the process wrote it. */
function entryPath(args: SourceArguments): string | undefined {
  return args.text('path') ?? joined(args.text('dir'), args.text('name'));
}

const entry: Translator = ({ args }) => ({
  'file.path': entryPath(args),
  'file.mode': args.number('mode'),
});

/** The longest end that both have, by whole parts. */
function commonEnd(a: string, b: string): string {
  const left = a.split('/');
  const right = b.split('/');
  let count = 0;
  while (
    count < Math.min(left.length, right.length) - 1 &&
    left.at(-1 - count) === right.at(-1 - count)
  ) {
    count += 1;
  }
  return count === 0 ? '' : `/${left.slice(left.length - count).join('/')}`;
}

/**
 * A path within a file system, as the process sees it: by a directory of the same mount, of which
 * both are known.
 */
export function fromMount(
  within: string | undefined,
  directory: string | undefined,
  directoryWithin: string | undefined,
): string | undefined {
  if (within === undefined || directory === undefined || directoryWithin === undefined) {
    return undefined;
  }
  const seen = directory === '/' ? '' : directory;
  const inside = directoryWithin === '/' ? '' : directoryWithin;
  const end = commonEnd(seen, inside);
  const root = inside.slice(0, inside.length - end.length);
  if (!within.startsWith(`${root}/`)) return undefined;
  return `${seen.slice(0, seen.length - end.length)}${within.slice(root.length)}`;
}

function openFacts(args: SourceArguments, means: string | undefined): Facts {
  const flags = args.number('flags');
  const read = flags === undefined ? undefined : accessFlags(flags);
  return {
    'file.path': args.text('path'),
    'file.flags': means === 'creat' ? ['write', 'create', 'truncate'] : read,
    'file.mode': args.mode('path'),
    'file.inode': args.number('inode'),
    'file.device': args.number('device'),
    'file.filesystem': args.text('filesystem'),
  };
}

function changedMode(args: SourceArguments): number | undefined {
  const mode = args.number('mode');
  return mode === undefined ? undefined : mode | ((args.mode('path') ?? 0) & TYPE_MASK);
}

const changedOwner = (id: number | undefined): number | undefined =>
  id === UNCHANGED ? undefined : id;

/** By class. */
export const FILE_TRANSLATORS: Readonly<Record<string, Translator>> = {
  'file.open': ({ args, means }) => openFacts(args, means),
  'file.create': entry,
  'file.mkdir': entry,
  'file.rmdir': entry,
  'file.unlink': entry,
  'file.symlink': ({ args }) => ({
    'file.path': entryPath(args),
    'file.target': args.text('target'),
  }),
  'file.link': ({ args }) => ({
    'file.path': entryPath(args),
    'file.old_path':
      args.text('old_path') ??
      fromMount(args.text('old_within'), args.text('dir'), args.text('dir_within')),
  }),
  'file.rename': ({ args }) => ({
    'file.path': entryPath(args),
    'file.old_path': args.text('old_path') ?? joined(args.text('old_dir'), args.text('old_name')),
  }),
  'file.mode': ({ args }) => ({
    'file.path': args.text('path'),
    'file.mode': changedMode(args),
  }),
  'file.owner': ({ args }) => ({
    'file.path': args.text('path'),
    'file.mode': args.mode('path'),
    'file.uid': changedOwner(args.number('uid')),
    'file.gid': changedOwner(args.number('gid')),
  }),
  'file.mount': ({ args, means }) => ({
    'file.path': args.text('path'),
    'file.filesystem': args.text('filesystem'),
    'mount.source': args.text('source'),
    'mount.flags': means === 'move' ? ['move'] : mountFlags(args.number('flags') ?? 0),
  }),
  'process.mapping': ({ args }) => {
    const path = args.text('path');
    // Memory without a file is mapped executable as well.
    return path === undefined ? undefined : { 'file.path': path, 'file.mode': args.mode('path') };
  },
};
