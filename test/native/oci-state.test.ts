/** The runtime hook's reader of states: what it takes, and that it takes nothing else. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { aRandom, one, type Random } from '../support/random.ts';
import { repositoryRoot } from '../support/root.ts';

const READER = join(repositoryRoot(), 'build/test-native/oci-states');
const CONTAINERD = 'io.kubernetes.cri.sandbox-namespace';
const KUBELET = 'io.kubernetes.pod.namespace';

/** What the reader prints for each document. Throws when it, or a sanitizer, ends it early. */
function readAll(documents: readonly (string | Buffer)[]): readonly string[] {
  const input = documents.flatMap((document) => {
    const bytes = Buffer.from(document);
    return [Buffer.from(bytes.length.toString(16).padStart(8, '0')), bytes];
  });
  const { status, stdout, stderr } = spawnSync(READER, {
    input: Buffer.concat(input),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  assert.equal(status, 0, stderr);
  return stdout.split('\n').slice(0, -1);
}

const read = (document: string | Buffer): string | undefined => readAll([document])[0];
const nested = (depth: number): string => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
const annotated = (annotations: string): string =>
  `{"ociVersion":"1.0","id":"c1","pid":7,"annotations":${annotations}}`;

describe('the reader of states', () => {
  const taken: readonly (readonly [string, string | Buffer, string])[] = [
    ['no annotations', '{"id":"c1"}', '<> <>'],
    ['an empty object', ' {} \n', '<> <>'],
    ['annotations of others', annotated('{"a":"b","c":[1,{"d":null}]}'), '<> <>'],
    ['the namespace of containerd', annotated(`{"${CONTAINERD}":"shop"}`), '<shop> <>'],
    ['that of the kubelet', annotated(`{"x":{},"${KUBELET}":"bank"}`), '<> <bank>'],
    ['both', annotated(`{"${KUBELET}":"b","${CONTAINERD}":"a"}`), '<a> <b>'],
    [
      'escapes in keys and values',
      annotated('{"io.kubernetes.\\u0070od.namespace":"s\\u0068o\\/p"}'),
      '<> <sho/p>',
    ],
    ['letters of all sizes', annotated(`{"${KUBELET}":"é\\u20ac\\ud83d\\ude00😀"}`), '<> <é€😀😀>'],
    ['a key in a text', `{"note":"\\"annotations\\":{\\"${KUBELET}\\":\\"a\\"}"}`, '<> <>'],
    [
      'a namespace outside of the annotations',
      `{"${KUBELET}":"a","b":{"${KUBELET}":"c"}}`,
      '<> <>',
    ],
    ['annotations further in', `{"a":{"annotations":{"${KUBELET}":"a"}}}`, '<> <>'],
    ['one further in the annotations', annotated(`{"a":{"${KUBELET}":"b"}}`), '<> <>'],
    ['one after the annotations', `{"annotations":{},"b":{"${KUBELET}":"c"}}`, '<> <>'],
    ['a key that only begins like one', annotated(`{"${KUBELET}s":"a","annotation":"b"}`), '<> <>'],
    ['an empty namespace', annotated(`{"${KUBELET}":""}`), '<> <>'],
    [
      'the longest namespace',
      annotated(`{"${KUBELET}":"${'n'.repeat(255)}"}`),
      `<> <${'n'.repeat(255)}>`,
    ],
    ['the deepest nesting', nested(64), '<> <>'],
    ['keys of any length', `{"${'k'.repeat(5000)}":"${'v'.repeat(500_000)}"}`, '<> <>'],
    ['other keys twice', '{"a":1,"a":2}', '<> <>'],
    ['numbers', '{"a":[0,-0,1.5,-12e3,1E+2,0.1e-9]}', '<> <>'],
  ];
  for (const [name, document, expected] of taken) {
    it(`takes ${name}`, () => assert.equal(read(document), `namespaces ${expected}`));
  }

  const refused: readonly (readonly [string, string | Buffer, string])[] = [
    ['nothing', '', 'it is not an object'],
    ['a list', '[]', 'it is not an object'],
    ['a text', '"a"', 'it is not an object'],
    [
      'an end that is missing',
      '{"a":{}',
      'it ends too early or has something that does not belong',
    ],
    ['an end that is another', '{"a":[}', 'a value is not one'],
    ['a comma too many', '{"a":1,}', 'a string is missing'],
    ['a key without a value', '{"a"}', 'a member has no value'],
    ['a key that is a number', '{1:2}', 'a string is missing'],
    ['something behind', '{} {}', 'something follows it'],
    ['a NUL behind', '{}\0', 'something follows it'],
    ['a comment', '{/**/}', 'a string is missing'],
    ['words of others', '{"a":True}', 'a value is not one'],
    [
      'a number with a leading zero',
      '{"a":01}',
      'it ends too early or has something that does not belong',
    ],
    ['a number without digits', '{"a":-}', 'a value is not one'],
    ['a fraction without digits', '{"a":1.}', 'a value is not one'],
    ['a text without its end', '{"a":"b', 'a string does not end'],
    ['a text that ends in an escape', '{"a":"\\', 'a string does not end'],
    ['a line end in a text', '{"a":"\n"}', 'a string has a control character'],
    ['an unknown escape', '{"a":"\\x41"}', 'an escape is not one'],
    ['a short escape', '{"a":"\\u12"}', 'an escape is not one'],
    ['half of a character', '{"a":"\\ud83d"}', 'an escape is half of a character'],
    ['the other half', '{"a":"\\ude00"}', 'an escape is half of a character'],
    ['two first halves', '{"a":"\\ud83d\\ud83d"}', 'an escape is half of a character'],
    ['a text in Latin-1', Buffer.from('{"a":"\xe9"}', 'latin1'), 'a string is not UTF-8'],
    [
      'a letter in more bytes than it needs',
      Buffer.from('{"a":"\xc0\xaf"}', 'latin1'),
      'a string is not UTF-8',
    ],
    ['deeper nesting', nested(65), 'it is nested too deeply'],
    ['nesting without an end', '{"a":'.repeat(200_000), 'it is nested too deeply'],
    [
      'annotations twice',
      `{"annotations":{},"annotations":{"${KUBELET}":"a"}}`,
      'it has annotations twice',
    ],
    [
      'annotations twice, one escaped',
      '{"annotations":{},"\\u0061nnotations":{}}',
      'it has annotations twice',
    ],
    [
      'a namespace twice',
      annotated(`{"${KUBELET}":"a","${KUBELET}":"a"}`),
      'it has a namespace twice',
    ],
    ['annotations that are a list', '{"annotations":[]}', 'its annotations are not an object'],
    ['a namespace that is a number', annotated(`{"${KUBELET}":1}`), 'a namespace is not a string'],
    [
      'a namespace that is an object',
      annotated(`{"${KUBELET}":{}}`),
      'a namespace is not a string',
    ],
    [
      'a namespace that is too long',
      annotated(`{"${KUBELET}":"${'n'.repeat(256)}"}`),
      'a namespace is none that there can be',
    ],
    [
      'a namespace with a NUL',
      annotated(`{"${KUBELET}":"a\\u0000b"}`),
      'a namespace is none that there can be',
    ],
  ];
  for (const [name, document, expected] of refused) {
    it(`refuses ${name}`, () => assert.equal(read(document), `problem ${expected}`));
  }

  it('refuses every beginning of a state, and takes the whole', () => {
    const whole = Buffer.from(annotated(`{"${KUBELET}":"\\u00e9é","a":[-1.5e3,true]}`));
    const answers = readAll(Array.from(whole, (_, end) => whole.subarray(0, end)));

    assert.deepStrictEqual(
      answers.filter((answer) => !answer.startsWith('problem ')),
      [],
    );
    assert.equal(read(whole), 'namespaces <> <éé>');
  });

  it('takes what another reader takes, of states that were damaged at random', () => {
    const seed = 20_261_126;
    const random = aRandom(seed);
    const documents = Array.from({ length: 20_000 }, () => damage(random));

    const answers = readAll(documents);

    const taken = answers.map((answer) => !answer.startsWith('problem '));
    for (const [place, document] of documents.entries()) {
      assert.equal(taken[place], isJsonObject(document), `${answers[place]}: ${document}`);
    }
    // Neither side may be rare, or this says nothing.
    const count = taken.filter(Boolean).length;
    assert.ok(count > 500 && count < 18_000, `${count} are taken`);
  });
});

const PIECES = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '\\u',
  '0',
  '-',
  '.',
  'e',
  'null',
  ' ',
  '\n',
  '\xc3',
  'é',
  '\\ud800',
  '😀',
];
const SOUND = '{"a":"bé\\n\\u00e9","c":[1,-2.5e+3,true,false,null,{}],"d":{"e":{"f":[]}},"g":"😀"}';

/** A sound document with one to three bytes or pieces of it exchanged. */
function damage(random: Random): Buffer {
  let bytes = Buffer.from(SOUND);
  const count = 1 + random(3);
  for (let times = 0; times < count; times++) {
    const at = random(bytes.length);
    const piece = Buffer.from(one(random, PIECES), random(8) === 0 ? 'latin1' : 'utf8');
    const rest = bytes.subarray(at + random(3));
    bytes = Buffer.concat([bytes.subarray(0, at), piece, rest]);
  }
  return bytes;
}

function isJsonObject(bytes: Buffer): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    let isWellFormed = true;
    const value: unknown = JSON.parse(text, (key, member: unknown) => {
      // Halves of characters are texts in JavaScript, and in no other language.
      if (!key.isWellFormed()) isWellFormed = false;
      if (typeof member === 'string' && !member.isWellFormed()) isWellFormed = false;
      return member;
    });
    return isWellFormed && typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
