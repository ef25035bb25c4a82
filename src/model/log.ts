/** The logger every room is handed; cli implements it with pino. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

/** How much is logged, while it runs: `error`, `warn`, `info`, `debug`, …. */
export interface LogLevelControl {
  level(): string;
  setLevel(level: string): void;
}

/** A logger that says nothing, for tests and one-shot commands. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
