/**
 * Where a source tells what it does. Messages have no line ends, and hold neither a token nor what people wrote.
 * `console` is one.
 */
export interface SyncLogger {
  debug(message: string, details?: Readonly<Record<string, unknown>>): void
  info(message: string, details?: Readonly<Record<string, unknown>>): void
  warn(message: string, details?: Readonly<Record<string, unknown>>): void
  error(message: string, details?: Readonly<Record<string, unknown>>): void
}

/** Writes warnings and errors to the console. */
export const consoleLogger: SyncLogger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (...told) => console.warn(...told),
  error: (...told) => console.error(...told),
}
