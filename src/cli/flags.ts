import * as z from 'zod'
import { idList, oneOf, text, waitText, wholeNumberText } from './values.js'

/** The flags of all commands, by the name that they have on the command line. */
interface FlagDefinition {
  /** How its value is called in the help; null: it has none. */
  readonly value: string | null
  readonly help: string
}

export const flagDefinitions = {
  'dry-run': { value: null, help: 'tell what would be run, and change nothing' },
  'no-dry-run': { value: null, help: 'run, although MIGRATION_DRY_RUN or the configuration says not to' },
  'public-only': { value: null, help: 'the public database alone' },
  'tenants-only': { value: null, help: 'the tenants alone' },
  tenant: { value: 'a,b', help: 'these tenants alone, by their ids' },
  'retry-failed': { value: null, help: 'only the tenants whose last run failed' },
  collection: { value: 'name', help: "only this collection's migrations" },
  to: { value: 'version', help: 'up to this version, itself included' },
  'index-set': { value: 'store|platform', help: 'the indexes that the store needs, or all that are declared (default platform)' },
  concurrency: { value: 'n', help: 'tenants at a time, 1 to 100 (default 4)' },
  'on-error': { value: 'continue|stop', help: 'after a tenant that failed (default continue)' },
  'lock-wait': { value: 'time', help: 'how long to wait for another runner: seconds, or 500ms, 2m (default 60s)' },
  'batch-size': { value: 'n', help: 'documents or rows a batch, 1 to 10000 (default 100)' },
  'allow-out-of-order': { value: null, help: 'run a migration before one that was applied already' },
  prune: { value: null, help: 'drop the indexes that no migration declares, too' },
  check: { value: null, help: 'exit with 3 when something is pending' },
  yes: { value: null, help: 'do not ask before something is undone, dropped or broken' },
  json: { value: null, help: 'the result as one JSON document' },
  help: { value: null, help: 'this text' },
  version: { value: null, help: 'the version of conversation-store' },
} as const satisfies Readonly<Record<string, FlagDefinition>>

export type FlagName = keyof typeof flagDefinitions

export function isFlagName(name: string): name is FlagName {
  return Object.hasOwn(flagDefinitions, name)
}

const on = z.boolean().default(false)

/** What they mean, once they are read. Undefined: not given. */
export const flagsSchema = z.strictObject({
  'dry-run': on,
  'no-dry-run': on,
  'public-only': on,
  'tenants-only': on,
  tenant: idList().optional(),
  'retry-failed': on,
  collection: text().optional(),
  to: text().optional(),
  'index-set': oneOf(['store', 'platform']).optional(),
  concurrency: wholeNumberText(1, 100).optional(),
  'on-error': oneOf(['continue', 'stop']).optional(),
  'lock-wait': waitText().optional(),
  'batch-size': wholeNumberText(1, 10_000).optional(),
  'allow-out-of-order': on,
  prune: on,
  check: on,
  yes: on,
  json: on,
  help: on,
  version: on,
})

export type Flags = z.output<typeof flagsSchema>
