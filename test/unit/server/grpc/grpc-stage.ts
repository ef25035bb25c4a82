/** A gRPC server on a real socket around an agent without a kernel, and clients of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, createClient, type Transport } from '@connectrpc/connect';
import { createGrpcTransport, Http2SessionManager } from '@connectrpc/connect-node';
import { silentLogger } from '../../../../src/model/log.ts';
import { compileCel, compileRegex } from '../../../../src/rules/index.ts';
import type { FilterTools } from '../../../../src/server/grpc/filters/filter-tools.ts';
import { FineGuidanceSensors } from '../../../../src/server/grpc/generated/tetragon/sensors_pb.ts';
import { GrpcServer } from '../../../../src/server/grpc/grpc-server.ts';
import type { GrpcServerOptions } from '../../../../src/server/grpc-options.ts';
import { FakeAgent } from '../fake-agent.ts';

export type Sensors = Client<typeof FineGuidanceSensors>;

/** Expressions as the command line joins them. */
export const TOOLS: FilterTools = {
  compileRegex: (pattern) => compileRegex({ pattern, flags: '', isWhole: false }),
  compileCondition(text, variables) {
    const result = compileCel(text, variables);
    if (result.kind === 'compiled') return result.condition;
    return result.problems.map(({ message }) => message).join('; ');
  },
};

/** Keeps the level that it is set to. */
class FakeLogLevel {
  #level = 'info';

  level(): string {
    return this.#level;
  }

  setLevel(level: string): void {
    this.#level = level;
  }
}

/** Ends with what was opened. */
export class GrpcStage {
  readonly directory: string = mkdtempSync(join(tmpdir(), 'warder-grpc-'));
  readonly agent: FakeAgent = new FakeAgent();
  readonly logLevel: FakeLogLevel = new FakeLogLevel();
  readonly server: GrpcServer;
  readonly #sessions: Http2SessionManager[] = [];
  #address = '';

  private constructor(options: Partial<GrpcServerOptions>) {
    this.server = new GrpcServer({
      api: this.agent,
      logger: silentLogger,
      addresses: [{ kind: 'unix', path: this.socketPath }],
      tools: TOOLS,
      logLevel: this.logLevel,
      nodeName: 'node-1',
      cgroupRoot: this.directory,
      ...options,
    });
  }

  static async open(options: Partial<GrpcServerOptions> = {}): Promise<GrpcStage> {
    const stage = new GrpcStage(options);
    stage.#address = await stage.server.listen();
    return stage;
  }

  /** Where it listens. */
  get address(): string {
    return this.#address;
  }

  get socketPath(): string {
    return join(this.directory, 'run', 'grpc.sock');
  }

  /** A connection of its own. */
  transport(): Transport {
    const sessions = new Http2SessionManager('http://warder', undefined, {
      createConnection: () => connect(this.socketPath),
    });
    this.#sessions.push(sessions);
    return createGrpcTransport({ baseUrl: 'http://warder', sessionManager: sessions });
  }

  client(): Sensors {
    return createClient(FineGuidanceSensors, this.transport());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const session of this.#sessions) session.abort();
    await this.server.close();
    rmSync(this.directory, { recursive: true });
  }
}
