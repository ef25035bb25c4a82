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

/** The tables are loaded only now: a command that works does not wait for every room. */
async function findRemedy(code: string): Promise<string | undefined> {
  const [engine, exporters, server, kubernetes] = await Promise.all([
    import('../engine/index.ts'),
    import('../exporters/index.ts'),
    import('../server/index.ts'),
    import('../kubernetes/index.ts'),
  ]);
  const tables: readonly Readonly<Record<string, ErrorSpec>>[] = [
    CLI_ERRORS,
    engine.SENSOR_ERRORS,
    engine.KERNEL_ERRORS,
    engine.IDENTITY_ERRORS,
    exporters.EXPORT_ERRORS,
    server.SERVER_ERRORS,
    kubernetes.KUBERNETES_ERRORS,
    kubernetes.STATUS_ERRORS,
  ];
  return tables.find((table) => Object.hasOwn(table, code))?.[code]?.remedy;
}
