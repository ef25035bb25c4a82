/** CEF: each line is read back as what it was made of, whatever that is. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FORMATS } from '../../../../src/exporters/formats/formats.ts';
import type { OutboundMessage } from '../../../../src/model/delivery.ts';
import { type CefLine, readCef } from '../../../support/cef-reader.ts';
import { anExecEvent, aProcess } from '../../../support/events.ts';
import { anAlert, eventMessage, messageOf, SAMPLES } from '../../../support/format-samples.ts';

const { encode } = FORMATS.cef;

function sample(name: string): OutboundMessage {
  const found = SAMPLES[name];
  assert.ok(found, name);
  return found;
}

function read(message: OutboundMessage): CefLine {
  return readCef(encode(message));
}

/** An exec of a file of that name, by an alert's or an event's way. */
function execOf(binary: string): OutboundMessage {
  return eventMessage(anExecEvent({ process: aProcess({ binary, argv: ['x'] }) }));
}

const HOSTILE: Readonly<Record<string, string>> = {
  pipes: '/bin/a|b||c',
  'equals signs': '/bin/a=b dst=6.6.6.6',
  backslashes: '/bin/a\\b\\\\c\\',
  'a backslash before what is escaped': '/bin/\\=\\|\\n',
  'line feeds': '/bin/a\nCEF:0|Evil|x|1|1|x|10|act=allowed',
  'carriage returns': '/bin/a\r\nb',
  'spaces at the ends': '/bin/ a ',
  quotes: `/bin/"a"'b'`,
  'other scripts': '/bin/äöü/日本/😀',
};

describe('CEF', () => {
  it('writes the header in its order', () => {
    const { header } = read({ ...sample('an alert'), severity: 'high' });

    assert.deepStrictEqual(header, ['CEF:0', 'Warder', 'Warder', '0.1.0', 'a-rule', 'A rule', '8']);
  });

  it('has a severity from 0 to 10 for each of ours', () => {
    const levels = ['informational', 'low', 'medium', 'high', 'critical'] as const;

    assert.deepStrictEqual(
      levels.map((severity) => read({ ...sample('an exec'), severity }).header[6]),
      ['1', '3', '5', '8', '10'],
    );
  });

  it('uses the keys of the dictionary', () => {
    const { extension } = read(sample('a connection that was killed'));

    assert.deepStrictEqual(
      { ...pick(extension, 'src', 'spt', 'dst', 'dpt', 'proto', 'deviceDirection', 'act') },
      {
        ...{ src: '10.0.0.5', spt: '40000', dst: '192.0.2.7', dpt: '443', proto: 'tcp' },
        ...{ deviceDirection: '1', act: 'killed' },
      },
    );
    assert.deepStrictEqual(pick(extension, 'sproc', 'spid', 'suser', 'outcome', 'dvchost'), {
      ...{ sproc: '/usr/bin/whoami', spid: '51583', suser: '0', outcome: 'failure' },
      dvchost: 'node-1',
    });
  });

  it('has keys of their own for addresses of IPv6', () => {
    const { extension } = read(sample('a connection over IPv6'));

    assert.deepStrictEqual(pick(extension, 'src', 'c6a2', 'c6a2Label', 'c6a3'), {
      ...{ src: undefined, c6a2: '2001:db8::1', c6a2Label: 'Source IPv6 Address' },
      c6a3: '2001:db8::2',
    });
  });

  it('puts a label beside what has no name', () => {
    const { extension } = read(sample('an exec in a container'));

    assert.deepStrictEqual(pick(extension, 'cs1', 'cs1Label', 'cs3', 'cs3Label'), {
      ...{ cs1: '/usr/bin/whoami --version', cs1Label: 'commandLine' },
      ...{ cs3: 'registry:5000/shop/nginx:1.27', cs3Label: 'containerImage' },
    });
  });

  for (const name of Object.keys(SAMPLES)) {
    it(`has a label for each value that needs one, and no other: ${name}`, () => {
      const keys = Object.keys(read(sample(name)).extension);
      const labels = keys.filter((key) => key.endsWith('Label'));
      const custom = keys.filter((key) => /^(?:c[sn]|c6a|flexString)\d$/.test(key));

      assert.deepStrictEqual(
        labels,
        custom.map((key) => `${key}Label`),
      );
    });
  }

  for (const [what, text] of Object.entries(HOSTILE)) {
    it(`is read back as it was, with ${what} in a value`, () => {
      const plain = read(execOf('/bin/x'));
      const { header, extension } = read(execOf(text));

      assert.deepStrictEqual(header, plain.header);
      assert.deepStrictEqual(Object.keys(extension), Object.keys(plain.extension));
      assert.equal(extension['sproc'], text);
      assert.equal(extension['spid'], plain.extension['spid']);
    });

    it(`is read back as it was, with ${what} in the header`, () => {
      const cause = { ...anAlert().cause, id: text, title: text };
      const { header, extension } = read(messageOf('alert', anAlert({ cause })));

      const line = text.replaceAll(/[\r\n]/g, ' ');
      assert.deepStrictEqual(header.slice(4, 6), [line, line]);
      assert.equal(extension['cat'], 'alert');
    });
  }

  it('is one line, whatever ends lines elsewhere', () => {
    const ends = ['\n', '\r', '\v', '\f', '\0', '\x1b[2J', '\x85', '\u2028', '\u2029', '\x1c'];
    const line = encode(execOf(`/bin/${ends.join('x')}`));

    assert.doesNotMatch(line, /[\p{Cc}\p{Zl}\p{Zp}]/u);
  });

  it('is text, though halves of pairs were in it', () => {
    const line = encode(execOf('/bin/\ud800x\udfff'));

    assert.ok(line.isWellFormed());
    assert.equal(readCef(line).extension['sproc'], '/bin/\ufffdx\ufffd');
  });

  it('cuts what is longer than its key may be, not within a pair', () => {
    const { extension } = read(execOf(`/${'😀'.repeat(5000)}`));

    assert.equal(extension['sproc']?.length, 1023);
    assert.ok(extension['sproc']?.isWellFormed());
    assert.ok((extension['cs1']?.length ?? 0) <= 4000);
  });

  it('leaves what is as long as its key may be', () => {
    const binary = `/${'x'.repeat(1022)}`;

    assert.equal(read(execOf(binary)).extension['sproc'], binary);
  });

  it('keeps what it does not know as it is', () => {
    const { extension } = read(sample('text that is no JSON'));

    assert.deepStrictEqual(pick(extension, 'cat', 'cs1', 'cs1Label'), {
      ...{ cat: 'generic', cs1: sample('text that is no JSON').body, cs1Label: 'body' },
    });
  });
});

function pick(
  extension: CefLine['extension'],
  ...keys: readonly string[]
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(keys.map((key) => [key, extension[key]]));
}
