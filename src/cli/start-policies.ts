/** Puts the policies that an agent is started with in force, and follows their directory. */
import type { AgentOptions } from './agent-options.ts';
import type { AgentPolicies } from './agent-policies.ts';
import { PolicyDirectory } from './policy-directory.ts';

type Files = Pick<AgentOptions, 'policyFiles' | 'policyDirectory' | 'logger'>;

/** The directory has to be closed; undefined when none is named. */
export function startPolicies(policies: AgentPolicies, files: Files): PolicyDirectory | undefined {
  const { policyFiles, policyDirectory, logger } = files;
  const directory =
    policyDirectory === undefined
      ? undefined
      : new PolicyDirectory({ directory: policyDirectory, logger });
  const watched = directory?.read() ?? [];
  policies.start([
    ...policyFiles.map((file) => ({ ...file, origin: 'start' as const })),
    ...watched.map((file) => ({ ...file, origin: 'directory' as const })),
  ]);
  directory?.watch({
    change: async (file) => {
      await policies.changeFile({ ...file, origin: 'directory' });
    },
    remove: (file) => policies.removeFile({ file, origin: 'directory' }),
  });
  return directory;
}
