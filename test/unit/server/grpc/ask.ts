/** Asks a server of its own, and says what its agent was asked for. */
import assert from 'node:assert/strict';
import { ConnectError } from '@connectrpc/connect';
import { GrpcStage, type Sensors } from './grpc-stage.ts';

/** What came of it, and what the agent was asked for. */
export async function withClient<T>(
  use: (client: Sensors, stage: GrpcStage) => Promise<T>,
): Promise<{ readonly answer: T; readonly asked: readonly string[] }> {
  await using stage = await GrpcStage.open();
  const answer = await use(stage.client(), stage);
  return { answer, asked: stage.agent.asked };
}

/** Fails when it is answered. */
export async function failureOf(promise: Promise<unknown>): Promise<ConnectError> {
  try {
    await promise;
  } catch (error) {
    return ConnectError.from(error);
  }
  assert.fail('it was answered');
}
