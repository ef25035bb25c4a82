/** Objects of OCSF that are written in several classes. */
import { AS_MS, AS_TEXT, byTable, hashOf } from '../fields/conversions.ts';
import {
  type Conversion,
  constant,
  type FieldRow,
  group,
  type ObjectTable,
  object,
  value,
} from '../fields/rows.ts';

/** Pods that a node made by itself have ids of another form. */
const ONLY_UUID: Conversion = {
  says: 'if it is a UUID',
  convert: (uid) => (UUID.test(String(uid)) ? uid : undefined),
};
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/** Profile `container`. */
export const CONTAINER: ObjectTable = {
  name: 'container',
  when: ['container.id'],
  rows: [
    value('uid', 'container.id'),
    value('name', 'container.name'),
    value('runtime', 'container.runtime'),
    value('pod_uuid', 'pod.uid', ONLY_UUID),
    value('labels', 'pod.labels'),
    group('pod.name', [constant('orchestrator', 'Kubernetes')]),
    value('image.name', 'container.image'),
    value('image.uid', ['container.image_id', 'container.image']),
  ],
};

function executable(process: 'process' | 'parent' | 'target'): FieldRow {
  return group(`${process}.binary`, [
    value('file.path', `${process}.binary`),
    value('file.name', [`${process}.name`, `${process}.binary`]),
    constant('file.type_id', 1),
    constant('file.type', 'Regular File'),
  ]);
}

/** The process that started the one that the event is about. */
export const PARENT: ObjectTable = {
  name: 'parent process',
  when: ['parent.pid', 'parent.exec_id'],
  rows: [
    value('uid', 'parent.exec_id'),
    value('pid', 'parent.pid'),
    value('name', 'parent.name'),
    value('cmd_line', 'parent.command_line'),
    value('created_time', 'parent.start', AS_MS),
    value('user.uid', 'parent.uid', AS_TEXT),
    executable('parent'),
  ],
};

/** The process that an event is about. */
export const PROCESS: ObjectTable = {
  name: 'process',
  when: ['process.pid', 'process.exec_id'],
  rows: [
    value('uid', 'process.exec_id'),
    value('pid', 'process.pid'),
    value('tid', 'process.tid'),
    value('name', 'process.name'),
    value('cmd_line', 'process.command_line'),
    value('created_time', 'process.start', AS_MS),
    value('working_directory', 'process.cwd'),
    value('lineage', 'process.ancestors'),
    value('user.uid', 'process.uid', AS_TEXT),
    executable('process'),
    object('container', CONTAINER),
    object('parent_process', PARENT),
  ],
};

/** The process that something was done to by another one. */
export const TARGET: ObjectTable = {
  name: 'target process',
  when: ['target.pid'],
  rows: [
    value('pid', 'target.pid'),
    value('name', 'target.name'),
    value('cmd_line', 'target.command_line'),
    executable('target'),
  ],
};

const FILE_TYPE_IDS = {
  ...{ file: 1, dir: 2, char_device: 3, block_device: 4, socket: 5, fifo: 6, symlink: 7 },
} as const;
const FILE_TYPES = {
  ...{ file: 'Regular File', dir: 'Folder', symlink: 'Symbolic Link' },
  ...{ char_device: 'Character Device', block_device: 'Block Device' },
  ...{ socket: 'Local Socket', fifo: 'Named Pipe' },
} as const;

const ALGORITHM_IDS = { md5: 1, sha1: 2, sha256: 3, sha512: 4 } as const;
const ALGORITHMS = { md5: 'MD5', sha1: 'SHA-1', sha256: 'SHA-256', sha512: 'SHA-512' } as const;

const AS_HASHES: Conversion = {
  says: '`algorithm_id` and `value`, if it is MD5, SHA-1, SHA-256 or SHA-512',
  convert: (found) =>
    (['md5', 'sha1', 'sha256', 'sha512'] as const).flatMap((name) => {
      const hash = hashOf(found, name);
      if (hash === undefined) return [];
      return [{ algorithm_id: ALGORITHM_IDS[name], algorithm: ALGORITHMS[name], value: hash }];
    }),
};

/** The file that something was done to. */
export const FILE: ObjectTable = {
  name: 'file',
  when: ['file.name'],
  rows: [
    value('name', 'file.name'),
    value('path', 'file.path'),
    value('parent_folder', 'file.directory'),
    value('uid', 'file.inode', AS_TEXT),
    value('hashes', 'file.hash', AS_HASHES),
    constant('type_id', 0),
    value('type_id', 'file.type', byTable(FILE_TYPE_IDS, 0)),
    value('type', 'file.type', byTable(FILE_TYPES)),
    value('owner.uid', 'file.uid', AS_TEXT),
  ],
};
