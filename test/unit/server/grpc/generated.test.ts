/** The generated code is that of the .proto files. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { it } from 'node:test';
import { repositoryRoot } from '../../../support/root.ts';

const ROOM = join(repositoryRoot(), 'src/server/grpc');

function readTree(directory: string): ReadonlyMap<string, string> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true });
  return new Map(
    files
      .filter((file) => file.isFile())
      .map((file) => join(file.parentPath, file.name))
      .sort()
      .map((path) => [path.slice(directory.length), readFileSync(path, 'utf8')]),
  );
}

it('generated messages are those of the files they are made from', () => {
  const directory = mkdtempSync(join(tmpdir(), 'warder-proto-'));
  try {
    const template = join(directory, 'buf.gen.yaml');
    const text = readFileSync(join(ROOM, 'buf.gen.yaml'), 'utf8');
    writeFileSync(
      template,
      text.replace('out: src/server/grpc/generated', `out: ${directory}/out`),
    );
    const tools = join(repositoryRoot(), 'node_modules/.bin');
    execFileSync(join(tools, 'buf'), ['generate', '--template', template], {
      cwd: repositoryRoot(),
      env: {
        ...process.env,
        HOME: directory,
        PATH: `${tools}${delimiter}${process.env['PATH'] ?? ''}`,
      },
    });

    const made = readTree(join(directory, 'out'));
    assert.deepStrictEqual([...readTree(join(ROOM, 'generated'))], [...made]);
    assert.equal(made.size, 9);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
