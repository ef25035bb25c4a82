/** A certificate for 127.0.0.1 that vouches for itself, made anew for every run. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificate {
  readonly key: string;
  readonly certificate: string;
  readonly certificatePath: string;
}

/** Leaves `ca.crt` and `ca.key` in the directory. */
export function makeCertificate(directory: string): Certificate {
  const certificatePath = join(directory, 'ca.crt');
  const keyPath = join(directory, 'ca.key');
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const name = ['-subj', '/CN=warder-test', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const files = ['-keyout', keyPath, '-out', certificatePath];
  execFileSync('openssl', ['req', '-x509', '-days', '2', ...key, ...name, ...files], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return {
    key: readFileSync(keyPath, 'utf8'),
    certificate: readFileSync(certificatePath, 'utf8'),
    certificatePath,
  };
}
