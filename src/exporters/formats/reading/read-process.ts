/** Reads processes, and where they run, from Tetragon JSON and from findings. */
import { baseName, type Json, objectOf, objectsOf, pairsOf, textOf } from './json.ts';
import type { Found } from './values.ts';

/** What the kernel says for "no login". */
const NO_LOGIN = 0xffff_ffff;

/** `process`, its `parent` and further `ancestors`. */
export function readProcesses(body: Json): Found {
  const process = objectOf(body['process']) ?? {};
  const ancestors = objectsOf(body['ancestors']);
  // Findings have no parent: it is the first of the ancestors.
  const parent = objectOf(body['parent']) ?? ancestors[0] ?? {};
  const further = parent === ancestors[0] ? ancestors : [parent, ...ancestors];
  const login = process['auid'];
  return {
    'process.exec_id': process['exec_id'],
    'process.pid': process['pid'],
    'process.tid': process['tid'],
    'process.uid': process['uid'],
    'process.login_uid': login === NO_LOGIN ? undefined : login,
    'process.cwd': process['cwd'],
    'process.binary': process['binary'],
    'process.name': baseName(process['binary']),
    'process.command_line': commandLine(process),
    'process.start': process['start_time'],
    'process.ancestors': further.map((one) => one['binary']),
    'parent.exec_id': parent['exec_id'] ?? process['parent_exec_id'],
    'parent.pid': parent['pid'],
    'parent.uid': parent['uid'],
    'parent.binary': parent['binary'],
    'parent.name': baseName(parent['binary']),
    'parent.command_line': commandLine(parent),
    'parent.start': parent['start_time'],
    ...readPlace(objectOf(body['pod']) ?? objectOf(process['pod']), process['docker']),
  };
}

function commandLine(process: Json): string | undefined {
  const binary = textOf(process['binary']);
  const rest = textOf(process['arguments']);
  return binary === undefined || rest === undefined ? binary : `${binary} ${rest}`;
}

function readPlace(pod: Json | undefined, docker: unknown): Found {
  const container = objectOf(pod?.['container']);
  const image = objectOf(container?.['image']);
  const id = textOf(container?.['id']);
  const [runtime, bare] = id?.includes('://') ? id.split('://', 2) : [undefined, id];
  return {
    'pod.namespace': pod?.['namespace'],
    'pod.name': pod?.['name'],
    'pod.uid': pod?.['uid'],
    'pod.workload': pod?.['workload'],
    'pod.workload_kind': pod?.['workload_kind'],
    'pod.labels': pairsOf(pod?.['pod_labels']),
    'container.id': bare ?? docker,
    'container.runtime': runtime,
    'container.name': container?.['name'],
    'container.image': image?.['name'],
    'container.image_id': image?.['id'],
  };
}
