/** Certificates of the server and of those who may be its clients. */
import { readFileSync, statSync } from 'node:fs';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { Logger } from '../../../model/log.ts';
import { ServerError } from '../../errors.ts';
import type { GrpcTls } from '../../grpc-options.ts';

/** How often it is looked whether there are new ones. */
const LOOK_EVERY_MS = 30_000;

interface ServerTls extends SecureContextOptions {
  readonly requestCert: true;
  readonly rejectUnauthorized: true;
}

/** Throws SERVER_CERTIFICATE_INVALID with the reason when they cannot be read or used. */
export function readTls({ certFile, keyFile, clientCaFile }: GrpcTls): ServerTls {
  try {
    const options: ServerTls = {
      ...{ cert: readFileSync(certFile), key: readFileSync(keyFile) },
      ca: readFileSync(clientCaFile),
      minVersion: 'TLSv1.2',
      ...{ requestCert: true, rejectUnauthorized: true },
    };
    createSecureContext(options);
    return options;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `the certificates of gRPC cannot be used: ${reason}`;
    throw new ServerError('SERVER_CERTIFICATE_INVALID', message, { cause });
  }
}

export interface TlsUser {
  readonly server: { setSecureContext(options: SecureContextOptions): void };
  readonly logger: Logger;
}

/** Has new files used as soon as they are seen; the old ones stay while new ones are bad. */
export function watchTls(tls: GrpcTls, { server, logger }: TlsUser): () => void {
  let seen = stampOf(tls);
  const timer = setInterval(() => {
    const now = stampOf(tls);
    if (now === seen) return;
    seen = now;
    try {
      server.setSecureContext(readTls(tls));
      logger.info({}, 'gRPC has new certificates');
    } catch (error) {
      logger.error({ error }, 'gRPC goes on with its old certificates');
    }
  }, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function stampOf({ certFile, keyFile, clientCaFile }: GrpcTls): string {
  return [certFile, keyFile, clientCaFile]
    .map((file) => {
      const { mtimeMs, ino, size } = statSync(file, { throwIfNoEntry: false }) ?? {};
      return `${ino} ${size} ${mtimeMs}`;
    })
    .join();
}
