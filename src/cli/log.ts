import type { MigrationLogger } from '../migrator/kernel/target.js'
import { oneLine } from './output/text.js'

/** The levels, beginning with the least severe. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

/** Whether a message of `level` is shown to somebody who asked for `least` and everything more severe. */
export function isHeard(level: LogLevel, least: LogLevel): boolean {
  return logLevels.indexOf(level) >= logLevels.indexOf(least)
}

/** Writes one line for each message: `warn  waiting for another runner {"database":"chat_public"}`. */
export function createLogger(least: LogLevel, print: (line: string) => void): MigrationLogger {
  const at = (level: LogLevel) => (message: string, details?: Readonly<Record<string, unknown>>) => {
    if (isHeard(level, least)) print(oneLine(`${level.padEnd(5)} ${message}${details === undefined ? '' : ` ${JSON.stringify(details)}`}`))
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
