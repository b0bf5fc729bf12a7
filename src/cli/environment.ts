import * as z from 'zod'
import { readAs } from './usage-error.js'
import { mongoUrl, oneOf, postgresUrl, text, trueOrFalse, url, wholeNumberText } from './values.js'

export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

/** No defaults here: what the environment does not say, the configuration file may. */
const environmentSchema = z.object({
  MONGODB_URI: url(mongoUrl, ['mongodb://', 'mongodb+srv://']).optional(),
  MONGODB_PUBLIC_DATABASE: text().optional(),
  MONGODB_MAX_POOL_SIZE: wholeNumberText(1, 1_000).optional(),
  MONGODB_MIN_POOL_SIZE: wholeNumberText(0, 1_000).optional(),
  MONGODB_SERVER_SELECTION_TIMEOUT_MS: wholeNumberText(1, 600_000).optional(),
  MONGODB_SOCKET_TIMEOUT_MS: wholeNumberText(0, 86_400_000).optional(),
  DATABASE_URL: url(postgresUrl, ['postgres://', 'postgresql://']).optional(),
  MIGRATION_BATCH_SIZE: wholeNumberText(1, 10_000).optional(),
  MIGRATION_DRY_RUN: trueOrFalse().optional(),
  MIGRATION_LOG_LEVEL: oneOf(logLevels).optional(),
})

export type Environment = z.output<typeof environmentSchema>

/** An empty variable is none: `MONGODB_URI= npm run migrate`. Throws VALIDATION_FAILED, which names variables and no values. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Environment {
  return readAs(environmentSchema, Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== '')))
}
