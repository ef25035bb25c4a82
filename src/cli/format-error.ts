/** Failures for people: code, message, and what to do. */
import type { CodedError, ErrorSpec } from '../model/errors.ts';
import { CLI_ERRORS, CliError } from './errors.ts';
import { type Paint, printable } from './style.ts';

/** Two lines with their ends: `error[CODE]: message`, and the remedy of the code's table. */
export async function formatError(error: CodedError, paint: Paint): Promise<string> {
  const hint = error instanceof CliError ? error.hint : undefined;
  const remedy = hint ?? (await findRemedy(error.code));
  const head = `${paint('red', `error[${error.code}]`)}: ${printable(error.message)}\n`;
  return remedy === undefined ? head : `${head}  ${paint('cyan', 'help')}: ${printable(remedy)}\n`;
}

/** Tables without the rooms that they are of: who only reads a message does not wait for those. */
async function findRemedy(code: string): Promise<string | undefined> {
  const [config, identity, kernel, response, sensors, exporters, kubernetes, status, server] =
    await Promise.all([
      import('../model/config/errors.ts'),
      import('../engine/identity/errors.ts'),
      import('../engine/kernel/errors.ts'),
      import('../engine/response/errors.ts'),
      import('../engine/sensors/errors.ts'),
      import('../exporters/errors.ts'),
      import('../kubernetes/errors.ts'),
      import('../kubernetes/status/errors.ts'),
      import('../server/errors.ts'),
    ]);
  const tables: readonly Readonly<Record<string, ErrorSpec>>[] = [
    CLI_ERRORS,
    config.CONFIG_ERRORS,
    identity.IDENTITY_ERRORS,
    kernel.KERNEL_ERRORS,
    response.RESPONSE_ERRORS,
    sensors.SENSOR_ERRORS,
    exporters.EXPORT_ERRORS,
    kubernetes.KUBERNETES_ERRORS,
    status.STATUS_ERRORS,
    server.SERVER_ERRORS,
  ];
  return tables.find((table) => Object.hasOwn(table, code))?.[code]?.remedy;
}
