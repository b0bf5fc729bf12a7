import type { FlagName } from './options/command-flags.js'

export interface CommandDefinition {
  readonly summary: string
  /** The words after the command. */
  readonly words: readonly { readonly name: string; readonly optional: boolean }[]
  readonly flags: readonly FlagName[]
}

const everywhere = ['json', 'help', 'version'] as const
const choice = ['public-only', 'tenants-only', 'tenant', 'retry-failed'] as const
const running = ['dry-run', 'no-dry-run', 'collection', 'concurrency', 'on-error', 'lock-wait', 'batch-size', 'yes'] as const

const commandTable = {
  migrate: {
    summary: "bring the public database, then the tenants', to the program's version",
    words: [],
    flags: [...choice, ...running, 'to', 'index-set', 'allow-out-of-order', ...everywhere],
  },
  down: {
    summary: 'undo the last migration of each database; with --to, all that is later',
    words: [],
    flags: ['public-only', 'tenants-only', 'tenant', ...running, 'to', ...everywhere],
  },
  'sync:indexes': {
    summary: 'make the indexes what the migrations declare',
    words: [],
    flags: [...choice, ...running, 'index-set', 'prune', ...everywhere],
  },
  list: { summary: 'the migrations of the program, in order; asks no database', words: [], flags: everywhere },
  status: { summary: 'how each database stands', words: [], flags: [...choice, 'index-set', 'concurrency', 'check', ...everywhere] },
  doctor: { summary: 'look at the server: version, rights, transactions, indexes, clock', words: [], flags: everywhere },
  'lock show': {
    summary: 'who is at work on the databases, or on one of them',
    words: [{ name: 'database', optional: true }],
    flags: [...choice, ...everywhere],
  },
  'lock break': {
    summary: 'take the lock of a database from its holder',
    words: [{ name: 'database', optional: false }],
    flags: ['yes', ...everywhere],
  },
} as const satisfies Readonly<Record<string, CommandDefinition>>

export type CommandName = keyof typeof commandTable

export const commandNames = Object.keys(commandTable) as readonly CommandName[]

export function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(commandTable, name)
}

export function commandDefinition(name: CommandName): CommandDefinition {
  return commandTable[name]
}
