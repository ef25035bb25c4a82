/** What `warder run` says of gRPC, and the expressions that its filters are made of. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { AgentApi } from '../model/agent-api.ts';
import type { Logger, LogLevelControl } from '../model/log.ts';
import type { FilterTools, GrpcAddress, GrpcTls } from '../server/index.ts';
import { CliError } from './errors.ts';
import type { RunningServer } from './run-agent.ts';

/** Where clients of Tetragon look for its socket, and for what says where it is. */
const TETRAGON_DIRECTORY = '/var/run/tetragon';

/** What was asked for, in whichever way. */
export interface GrpcAsked {
  readonly addresses: readonly string[];
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
  readonly clientCaFile: string | undefined;
  readonly isCompatible: boolean;
}

/** Where it is served, and what is written for clients of Tetragon to find it. */
export interface GrpcSettings {
  readonly addresses: readonly GrpcAddress[];
  readonly logLevel: LogLevelControl;
  /** Path of a file that says where the server is. */
  readonly infoFile?: string | undefined;
}

export interface GrpcRequest extends GrpcSettings {
  readonly api: AgentApi;
  readonly logger: Logger;
  readonly nodeName: string;
}

/** Undefined when it is not asked for. Throws CONFIG_OPTION_INVALID. */
export function readGrpcSettings(
  asked: GrpcAsked,
  logLevel: LogLevelControl,
): GrpcSettings | undefined {
  const tls = readTls(asked);
  const addresses = asked.addresses.map((text) => readAddress(text, tls));
  if (tls !== undefined && !addresses.some(({ kind }) => kind === 'tcp')) {
    throw invalid('grpc-tls-cert', 'is for a port, and --grpc-address names none');
  }
  const { isCompatible } = asked;
  if (isCompatible) addresses.push({ kind: 'unix', path: `${TETRAGON_DIRECTORY}/tetragon.sock` });
  if (addresses.length === 0) return undefined;
  const infoFile = isCompatible ? `${TETRAGON_DIRECTORY}/tetragon-info.json` : undefined;
  return { addresses, logLevel, infoFile };
}

/** The server; its libraries are loaded by those who want it. */
export async function openGrpc(request: GrpcRequest): Promise<RunningServer> {
  const { createGrpcServer } = await import('../server/index.ts');
  const server = await createGrpcServer({ ...request, tools: await loadTools() });
  const { infoFile, addresses } = request;
  let written: string | undefined;
  return {
    async listen() {
      const address = await server.listen();
      if (infoFile !== undefined) writeInfo(infoFile, addresses);
      written = infoFile;
      return address;
    },
    async close() {
      // One that was there before is of another agent, which listens there.
      if (written !== undefined) rmSync(written, { force: true });
      written = undefined;
      await server.close();
    },
  };
}

async function loadTools(): Promise<FilterTools> {
  const { compileCel, compileRegex } = await import('../rules/index.ts');
  return {
    compileRegex: (pattern) => compileRegex({ pattern, flags: '', isWhole: false }),
    compileCondition(text, variables) {
      const result = compileCel(text, variables);
      if (result.kind === 'compiled') return result.condition;
      return result.problems.map(({ message }) => message).join('; ');
    },
  };
}

function readTls({ certFile, keyFile, clientCaFile }: GrpcAsked): GrpcTls | undefined {
  if (certFile !== undefined && keyFile !== undefined && clientCaFile !== undefined) {
    return { certFile, keyFile, clientCaFile };
  }
  if (certFile ?? keyFile ?? clientCaFile) {
    throw invalid('grpc-tls-cert', 'is one of three, with --grpc-tls-key and --grpc-tls-client-ca');
  }
  return undefined;
}

function readAddress(text: string, tls: GrpcTls | undefined): GrpcAddress {
  if (text.startsWith('unix:')) {
    const path = text.slice('unix:'.length).replace(/^\/\/(?=\/)/, '');
    if (path.startsWith('/')) return { kind: 'unix', path };
    throw invalid('grpc-address', `${text} is no socket: write unix:///path`);
  }
  const [, host, digits] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (host === undefined || port > 65_535) {
    throw invalid('grpc-address', `${text} is neither unix:///path nor HOST:PORT`);
  }
  // Whoever reaches the port may change policies, so that it takes more than an address.
  if (tls === undefined) {
    throw invalid('grpc-address', `${text} needs --grpc-tls-cert, -key and -client-ca`);
  }
  return { kind: 'tcp', host: host.replace(/^\[(.*)\]$/, '$1'), port, tls };
}

function invalid(option: string, problem: string): CliError {
  return new CliError('CONFIG_OPTION_INVALID', `--${option}: ${problem}`);
}

/** In one step, as others may read it meanwhile. */
function writeInfo(file: string, addresses: readonly GrpcAddress[]): void {
  const socket = addresses.findLast(({ kind }) => kind === 'unix');
  const info = {
    export_fname: '',
    lib_dir: '',
    btf_fname: '/sys/kernel/btf/vmlinux',
    server_address: socket?.kind === 'unix' ? `unix://${socket.path}` : '',
    metrics_address: '',
    gops_address: '',
    map_dir: '',
    pid: process.pid,
  };
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(info)}\n`, { mode: 0o600 });
  renameSync(temporary, file);
}
