/** Starts an agent on this machine. */
import { checkRequirements, thisMachine } from '../engine/index.ts';
import { RunningAgent } from './agent.ts';
import { openClusterOf, openDetectionsOf } from './agent-factories.ts';
import type { Agent, AgentOptions } from './agent-options.ts';

/** Throws a CodedError that names what is missing when the agent cannot run on this machine. */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  checkRequirements(thisMachine());
  const agent = new RunningAgent(options, {
    openCluster: await openClusterOf(options),
    openDetections: await openDetectionsOf(options),
  });
  try {
    await agent.start();
    return agent;
  } catch (error) {
    await agent.close();
    throw error;
  }
}
