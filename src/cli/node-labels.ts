/** Labels of the node, as they are given to the command. */
import { CliError } from './errors.ts';

/** Undefined when there are none. Throws CONFIG_OPTION_INVALID for what is no label. */
export function readNodeLabels(
  values: readonly string[],
): Readonly<Record<string, string>> | undefined {
  if (values.length === 0) return undefined;
  return Object.fromEntries(
    values.map((text) => {
      const at = text.indexOf('=');
      if (at <= 0) {
        throw new CliError('CONFIG_OPTION_INVALID', `--node-label: ${text} is no label`, {
          hint: 'write key and value: topology.kubernetes.io/zone=a',
        });
      }
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}
