/** What the API is told of alerts has no secrets, whether they are open or done with. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { DeliveryAnswers } from '../../../../src/cli/delivery/delivery-answers.ts';
import { openDelivery } from '../../../../src/exporters/index.ts';
import type { Alert } from '../../../../src/model/alert.ts';
import { silentLogger } from '../../../../src/model/log.ts';
import { FakeDelivery } from '../../../support/fake-delivery.ts';

async function answersOf(t: TestContext, open: readonly Alert[]): Promise<DeliveryAnswers> {
  const directory = mkdtempSync(join(tmpdir(), 'warder-answers-'));
  const parts = { directory, node: 'n1', boot: 'b1', destinations: [], logger: silentLogger };
  const delivery = await openDelivery(parts);
  t.after(async () => {
    await delivery.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const redact = (body: string): string => body.replaceAll('hunter2', '*****');
  return new DeliveryAnswers({ delivery, book: { open: () => open }, redact });
}

describe('DeliveryAnswers', () => {
  const { one } = new FakeDelivery();

  it('takes secrets out of an alert that is open', async (t) => {
    const answers = await answersOf(t, [{ ...one, message: 'login --password hunter2' }]);

    const expected = { ...one, message: 'login --password *****' };
    assert.deepStrictEqual(answers.alerts(10), [expected]);
    assert.deepStrictEqual(answers.alert(one.id), expected);
  });

  it('leaves one as it is that has none, and knows no other', async (t) => {
    const answers = await answersOf(t, [one]);

    assert.deepStrictEqual(answers.alerts(10), [one]);
    assert.deepStrictEqual(answers.alerts(0), []);
    assert.equal(answers.alert(`${one.id}x`), undefined);
  });
});
