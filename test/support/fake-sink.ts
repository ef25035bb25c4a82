/** A destination whose answers a test decides. */
import type { DeliverySink } from '../../src/exporters/delivery-sink.ts';
import type { DeliveryOutcome, Dispatch } from '../../src/model/delivery.ts';

type Answer = (dispatch: Dispatch) => DeliveryOutcome | Promise<DeliveryOutcome>;

export class FakeSink implements DeliverySink {
  /** Every message of every try, in order. */
  readonly tries: Dispatch[] = [];
  answer: Answer = () => ({ kind: 'delivered' });
  openFailures = 0;

  async open(): Promise<void> {
    if (this.openFailures === 0) return;
    this.openFailures -= 1;
    throw new Error('nobody is there');
  }

  deliver(dispatches: readonly Dispatch[]): Promise<readonly DeliveryOutcome[]> {
    this.tries.push(...dispatches);
    return Promise.all(dispatches.map((dispatch) => this.answer(dispatch)));
  }

  async close(): Promise<void> {}

  get ids(): readonly string[] {
    return this.tries.map(({ message }) => message.id);
  }
}

/** Lets everything run that can, until it holds; fails when it does not for too long. */
export async function until(
  holds: () => boolean,
  what = 'the expected state',
  ms = 20_000,
): Promise<void> {
  const end = performance.now() + ms;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`${what} was not reached`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Lets everything run that can, to see that nothing more comes of it. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
