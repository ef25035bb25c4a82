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

/** The tables are loaded only now, without their rooms: a mistyped path is told at once. */
async function findRemedy(code: string): Promise<string | undefined> {
  if (Object.hasOwn(CLI_ERRORS, code)) return remedyIn(CLI_ERRORS, code);
  const tables: readonly Readonly<Record<string, ErrorSpec>>[] = [
    (await import('../engine/sensors/errors.ts')).SENSOR_ERRORS,
    (await import('../engine/kernel/errors.ts')).KERNEL_ERRORS,
    (await import('../engine/identity/errors.ts')).IDENTITY_ERRORS,
    (await import('../exporters/errors.ts')).EXPORT_ERRORS,
    (await import('../server/errors.ts')).SERVER_ERRORS,
    (await import('../kubernetes/errors.ts')).KUBERNETES_ERRORS,
    (await import('../kubernetes/status/errors.ts')).STATUS_ERRORS,
  ];
  const table = tables.find((each) => Object.hasOwn(each, code));
  return table && remedyIn(table, code);
}

function remedyIn(table: Readonly<Record<string, ErrorSpec>>, code: string): string | undefined {
  return table[code]?.remedy;
}
