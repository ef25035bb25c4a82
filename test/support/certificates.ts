/** Certificates for servers of tests, made by openssl when they are needed. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

const LOCAL = 'DNS:localhost,IP:127.0.0.1';

const made = new Map<string, Certificate>();

/** Signed by itself, for the names of this machine unless others are given. */
export function localCertificate(names: string = LOCAL): Certificate {
  const certificate = made.get(names) ?? make(names);
  made.set(names, certificate);
  return certificate;
}

function make(names: string): Certificate {
  const directory = mkdtempSync(join(tmpdir(), 'warder-tls-'));
  // Several tests of a process share them.
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  const certFile = join(directory, 'cert.pem');
  const keyFile = join(directory, 'key.pem');
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-days', '30', '-subj', '/CN=warder-test', '-keyout', keyFile, '-out', certFile],
      ...['-addext', `subjectAltName=${names}`],
    ],
    { stdio: 'pipe' },
  );
  const [cert, key] = [readFileSync(certFile, 'utf8'), readFileSync(keyFile, 'utf8')];
  return { certFile, keyFile, cert, key };
}
