/** Where a helper tells what it does. Its messages are one line each. `console` is one. */
export interface AdoptionLogger {
  debug(message: string, details?: Readonly<Record<string, unknown>>): void
  info(message: string, details?: Readonly<Record<string, unknown>>): void
  warn(message: string, details?: Readonly<Record<string, unknown>>): void
  error(message: string, details?: Readonly<Record<string, unknown>>): void
}

/** Writes everything but `debug` to the console. */
export const consoleLogger: AdoptionLogger = {
  debug: () => undefined,
  info: (...told) => console.info(...told),
  warn: (...told) => console.warn(...told),
  error: (...told) => console.error(...told),
}

/** Says nothing. */
export const silentLogger: AdoptionLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
