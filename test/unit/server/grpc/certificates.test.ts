/** gRPC over TCP: who may be a client. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { SecureContextOptions } from 'node:tls';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport, Http2SessionManager } from '@connectrpc/connect-node';
import { CodedError } from '../../../../src/model/errors.ts';
import { silentLogger } from '../../../../src/model/log.ts';
import { FineGuidanceSensors } from '../../../../src/server/grpc/generated/tetragon/sensors_pb.ts';
import { watchTls } from '../../../../src/server/grpc/listen/tls-files.ts';
import type { GrpcTls } from '../../../../src/server/grpc-options.ts';
import { type Certificate, makeCertificate } from '../../../support/api-server/certificate.ts';
import { GrpcStage } from './grpc-stage.ts';

/** Longer than the server waits until it looks again. */
const LONG_MS = 60_000;

let directory = '';
let own: Certificate;
let stranger: Certificate;
let tls: GrpcTls;

function certificateIn(name: string): Certificate {
  mkdirSync(join(directory, name));
  return makeCertificate(join(directory, name));
}

before(() => {
  directory = mkdtempSync(join(tmpdir(), 'warder-tls-'));
  own = certificateIn('own');
  stranger = certificateIn('stranger');
  const certFile = own.certificatePath;
  tls = { certFile, keyFile: join(directory, 'own', 'ca.key'), clientCaFile: certFile };
});
after(() => rmSync(directory, { recursive: true }));

/** What a client with a certificate, or without one, is answered. */
async function versionFor(
  client: Certificate | undefined,
  before: (address: string) => Promise<void> = async () => undefined,
): Promise<string> {
  await using stage = await GrpcStage.open({
    addresses: [{ kind: 'tcp', host: '127.0.0.1', port: 0, tls }],
  });
  await before(stage.address);
  const sessions = new Http2SessionManager(`https://${stage.address}`, undefined, {
    ca: own.certificate,
    ...(client !== undefined && { cert: client.certificate, key: client.key }),
  });
  try {
    const baseUrl = `https://${stage.address}`;
    const transport = createGrpcTransport({ baseUrl, sessionManager: sessions });
    return (await createClient(FineGuidanceSensors, transport).getVersion({})).version;
  } finally {
    sessions.abort();
  }
}

describe('A port', () => {
  it('answers a client with a certificate', async () => {
    assert.equal(await versionFor(own), '1.2.3');
  });

  it('answers a client with one beside many that show none', async (t) => {
    const sockets: Socket[] = [];
    t.after(() => {
      for (const socket of sockets) socket.destroy();
    });
    const crowd = async (address: string): Promise<void> => {
      const port = Number(address.split(':').at(-1));
      for (let count = 0; count < 300; count += 1) {
        const socket = connect(port, '127.0.0.1').on('error', () => undefined);
        sockets.push(socket);
        await once(socket, 'connect');
      }
    };

    assert.equal(await versionFor(own, crowd), '1.2.3');
  });

  it('answers no client without one, or with one of somebody else', async () => {
    await assert.rejects(versionFor(undefined));
    await assert.rejects(versionFor(stranger));
  });

  it('is not opened with certificates that cannot be used', async () => {
    const broken = join(directory, 'broken.pem');
    writeFileSync(broken, 'no certificate');
    for (const wrong of [{ certFile: broken }, { keyFile: join(directory, 'none') }]) {
      const addresses = [
        { kind: 'tcp', host: '127.0.0.1', port: 0, tls: { ...tls, ...wrong } },
      ] as const;

      const opened = GrpcStage.open({ addresses });

      await assert.rejects(opened, (error) => {
        return error instanceof CodedError && error.code === 'SERVER_CERTIFICATE_INVALID';
      });
    }
  });

  it('takes new certificates when the files change', (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] });
    const certFile = join(directory, 'turning.crt');
    const keyFile = join(directory, 'turning.key');
    const place = ({ certificate, key }: Certificate): void => {
      writeFileSync(certFile, certificate);
      writeFileSync(keyFile, key);
    };
    place(own);
    const taken: unknown[] = [];
    const server = {
      setSecureContext: ({ cert }: SecureContextOptions) => void taken.push(String(cert)),
    };
    const stop = watchTls({ ...tls, certFile, keyFile }, { server, logger: silentLogger });

    t.mock.timers.tick(LONG_MS);
    place(stranger);
    t.mock.timers.tick(LONG_MS);
    writeFileSync(certFile, 'half a certificate');
    t.mock.timers.tick(LONG_MS);
    stop();
    place(own);
    t.mock.timers.tick(LONG_MS);

    assert.deepStrictEqual(taken, [stranger.certificate]);
  });
});
