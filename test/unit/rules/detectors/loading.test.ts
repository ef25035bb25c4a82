/** Files that are no detectors, and what detectors remember from one agent to the next. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { CodedError } from '../../../../src/model/errors.ts';
import { listDetectors } from '../../../../src/rules/detection/typescript/list-detectors.ts';
import { aDetectionEvent } from '../../../support/detection-events.ts';
import { aHost, detectorText, writeDetectors } from '../../../support/detector-files.ts';

const GOOD = detectorText('emit();');

describe('a file that is no detector', () => {
  const cases: readonly (readonly [string, text: string, RegExp])[] = [
    ['does not parse', `${GOOD}\nconst ;`, /^RULE_DETECTOR_SYNTAX /],
    ['is no JavaScript', 'export default {', /^RULE_DETECTOR_SYNTAX /],
    ['has types that cannot be left out', `enum A { B }\n${GOOD}`, /^RULE_DETECTOR_SYNTAX .*enum/],
    ['exports nothing', 'export const a = 1;', /^RULE_DETECTOR_EXPORT /],
    ['exports something else', 'export default 1;', /^RULE_DETECTOR_DEFINITION it is no object$/],
    [
      'does not say all',
      'export default { id: "a" };',
      /^RULE_DETECTOR_DEFINITION `title` is no text; `level`/,
    ],
    ['throws', 'throw new Error("early");', /^RULE_DETECTOR_LOAD Error: early$/],
    ['imports a module of Node', `import 'node:fs';\n${GOOD}`, /^RULE_DETECTOR_IMPORT .*"node:fs"/],
    ['imports it by its old name', `import 'fs';\n${GOOD}`, /^RULE_DETECTOR_IMPORT .*"fs"/],
    ['imports a package', `import 'js-yaml';\n${GOOD}`, /^RULE_DETECTOR_IMPORT .*"js-yaml"/],
    ['imports what is not there', `import './gone.ts';\n${GOOD}`, /^RULE_DETECTOR_IMPORT /],
    ['never ends loading', `for (;;);\n${GOOD}`, /^RULE_DETECTOR_STUCK /],
    ['never begins', `await new Promise(() => undefined);\n${GOOD}`, /^RULE_DETECTOR_ENDED /],
    [
      'has the id of another',
      GOOD.replace('NAME', 'good'),
      /^RULE_DETECTOR_REPEATED good is the id/,
    ],
  ];
  for (const [name, text, expected] of cases) {
    it(`because it ${name} is named, and the others are loaded`, async (t) => {
      const files = writeDetectors(t, { good: GOOD, 'bad.ts': text, other: GOOD });
      const { host, findings } = aHost(t, files, { limits: { loadMs: 2000 } });
      const { detectors, problems } = await host.start();
      host.detect([aDetectionEvent()]);
      await host.drain();

      assert.deepStrictEqual(
        detectors.map(({ id }) => id),
        ['good', 'other'],
      );
      assert.deepStrictEqual(
        problems.map(({ file }) => file),
        [files[1]],
      );
      assert.match(`${problems[0]?.code} ${problems[0]?.message}`, expected);
      assert.equal(findings.length, 2);
    });
  }

  it('because it is not there is named', async (t) => {
    const { host } = aHost(t, ['/nowhere/a.ts']);
    const { detectors, problems } = await host.start();

    assert.deepStrictEqual(
      [detectors, problems.map(({ code }) => code)],
      [[], ['RULE_DETECTOR_UNREADABLE']],
    );
  });
});

describe('a directory of detectors', () => {
  it('has those that lie right in it, by name', (t) => {
    const files = writeDetectors(t, {
      ...{ 'b.ts': '', 'a.mts': '', 'c.js': '', 'd.mjs': '', 'a.test.ts': '', 'a.d.ts': '' },
      ...{ 'notes.md': '', 'b.json': '' },
    });
    const directory = dirname(files[0] ?? '');
    mkdirSync(join(directory, 'shared.ts'));

    assert.deepStrictEqual(
      listDetectors(directory),
      ['a.mts', 'b.ts', 'c.js', 'd.mjs'].map((name) => join(directory, name)),
    );
  });

  it('that is not there is an error', () => {
    assert.throws(
      () => listDetectors('/nowhere'),
      (error) => error instanceof CodedError && error.code === 'RULE_DETECTOR_UNREADABLE',
    );
  });
});

describe('what detectors remember', () => {
  const text = detectorText(
    `const n = (state.seen.get('n') ?? 0) + 1; state.seen.set('n', n);
     emit({ message: String(n) });`,
    'state: { seen: table({ entriesMax: 4 }) },',
  );

  it('survives the agent, in the same boot and for the same version', async (t) => {
    const files = writeDetectors(t, { one: text, 'two.ts': text.replace('NAME', 'two') });
    const first = aHost(t, files);
    await first.host.start();
    first.host.detect([aDetectionEvent(), aDetectionEvent()]);
    const saved = await first.host.save();
    first.host.close();
    appendFileSync(files[1] ?? '', '// Another file of the same version.\n');
    const [changed] = writeDetectors(t, {
      'two.ts': text.replace('NAME', 'two').replace("version: '1'", "version: '2'"),
    });
    const after = async (options: object, second = files[1]): Promise<readonly string[]> => {
      const { host, findings } = aHost(t, [files[0] ?? '', second ?? ''], options);
      await host.start();
      host.detect([aDetectionEvent()]);
      await host.drain();
      return findings.map(({ message }) => message);
    };

    assert.deepStrictEqual(await after({ saved }), ['3', '3']);
    assert.deepStrictEqual(await after({ saved }, changed), ['3', '1']);
    assert.deepStrictEqual(await after({ saved, boot: 'another' }), ['1', '1']);
    assert.deepStrictEqual(await after({}), ['1', '1']);
  });

  it('is not kept of a detector that was switched off', async (t) => {
    const files = writeDetectors(t, {
      one: text,
      bad: detectorText(
        'state.seen.set("a", 1); throw new Error();',
        'state: { seen: table({ entriesMax: 4 }) },',
      ),
    });
    const { host } = aHost(t, files, { limits: { errorsInARow: 2 } });
    await host.start();
    host.detect([aDetectionEvent()]);
    const before = await host.save();
    host.detect([aDetectionEvent()]);
    const after = await host.save();

    assert.deepStrictEqual(
      [before, after].map((saved) => saved.includes('"id":"bad"')),
      [true, false],
    );
    assert.ok(after.includes('"id":"one"'));
  });

  it('is an error when it cannot be read', async (t) => {
    const files = writeDetectors(t, { one: text });
    for (const saved of ['', 'x', '{}', '{"warder":"detectors","version":2,"boot":"boot"}']) {
      await assert.rejects(
        aHost(t, files, { saved }).host.start(),
        (error) => error instanceof CodedError && error.code === 'RULE_DETECTOR_SAVED_INVALID',
      );
    }
    const head = '{"warder":"detectors","version":1,"boot":"boot"}\n';
    await assert.rejects(aHost(t, files, { saved: `${head}{"id":1}\n` }).host.start(), CodedError);
    const { host } = aHost(t, files, { saved: head });
    assert.equal((await host.start()).detectors.length, 1);
  });
});
