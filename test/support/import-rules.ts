/** Who may import whom: rooms meet only in the model, and each package lives in one room. */
import { join } from 'node:path';
import type { SourceFile } from './source-tree.ts';

/** Rooms of src that see themselves and the model only. */
export const CLOSED_ROOMS: readonly string[] = [
  'engine',
  'exporters',
  'kubernetes',
  'metrics',
  'model',
  'rules',
  'server',
  'triage',
];

/** Where the command and the composition root live; they see the front of every room. */
export const OPEN_ROOMS: readonly string[] = ['cli'];

/** The only folder under src that may import each package. */
const PACKAGE_HOMES: Readonly<Record<string, string>> = {
  '@bufbuild/protobuf': 'server/grpc/',
  '@connectrpc/connect': 'server/grpc/',
  '@connectrpc/connect-node': 'server/grpc/',
  '@kubernetes/client-node': 'kubernetes/',
  '@opentelemetry/otlp-transformer': 'exporters/sinks/otlp/',
  '@opentelemetry/resources': 'exporters/sinks/otlp/',
  '@opentelemetry/sdk-logs': 'exporters/sinks/otlp/',
  fastify: 'server/',
  'js-yaml': 'rules/syntax/',
  re2js: 'rules/detection/',
  '@marcbachmann/cel-js': 'rules/detection/',
  nats: 'exporters/sinks/nats/',
  pino: 'cli/',
  'prom-client': 'metrics/',
};

/** The room of a file, or undefined when it is not in one: `src/main.ts`, or outside of src. */
export function roomOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1];
}

/**
 * Files that open rooms may import past the front of a room, and need no more of it: agents start
 * sooner without the hundreds of files behind the front. So are tables of errors.
 */
const SIDE_DOORS: readonly string[] = [
  'src/rules/detection/sources/of-source.ts',
  'src/rules/policy/index.ts',
  'src/rules/syntax/index.ts',
];

/** Violations of the import rules in one file of src, one sentence each. */
export function checkImports(file: SourceFile): readonly string[] {
  return listImports(file.text).flatMap((specifier) => {
    if (specifier.startsWith('.')) return checkRoomImport(file.path, specifier);
    if (specifier.startsWith('node:')) return checkNodeImport(file.path, specifier);
    return checkPackageImport(file.path, specifier);
  });
}

function listImports(text: string): readonly string[] {
  const statements = text.matchAll(/^(?:import|export)\b[^;]*?\bfrom '([^']+)'/gm);
  const bare = text.matchAll(/(?:^import |\bimport\()'([^']+)'/gm);
  return [...statements, ...bare].map((match) => match[1] ?? '');
}

function checkRoomImport(path: string, specifier: string): readonly string[] {
  const target = join(path, '..', specifier);
  const from = roomOf(path);
  const to = roomOf(target);
  if (!target.startsWith('src/')) return [`imports ${target}, which is not part of the program`];
  if (to === undefined || to === from || to === 'model') return [];
  if (from === undefined || OPEN_ROOMS.includes(from)) {
    const front = `src/${to}/index.ts`;
    const isOpen = target === front || SIDE_DOORS.includes(target) || target.endsWith('/errors.ts');
    return isOpen || from === undefined ? [] : [`imports ${target} past ${front}`];
  }
  return [`imports ${target}: rooms meet in src/model only`];
}

/** The model is vocabulary: it must mean the same wherever it is read. */
function checkNodeImport(path: string, specifier: string): readonly string[] {
  return roomOf(path) === 'model' ? [`imports ${specifier}: the model imports nothing`] : [];
}

function checkPackageImport(path: string, specifier: string): readonly string[] {
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  const home = PACKAGE_HOMES[name];
  if (home === undefined) return [`imports ${name}, which has no room of its own yet`];
  return path.startsWith(`src/${home}`) ? [] : [`imports ${name}, which lives in src/${home}`];
}
