import type { Command } from './commands/command.js'
import { commands } from './commands/commands.js'
import { flagHelp, flagUsage } from './options/flags.js'
import { columns } from './output/columns.js'

/** Null asks for the help of the command line as a whole. */
export function helpText(command: Command | null): string {
  return command === null ? generalHelp() : commandHelp(command)
}

function generalHelp(): string {
  return `conversation-store <command> [flags]

${columns(
  commands.map((command) => [usageOf(command), command.summary]),
  '  ',
)}

Flags of a command: conversation-store <command> --help
The database: DATABASE_URL or MONGODB_URI names it. With --platform, or a configuration of one, it is a public database
and those of its tenants.
Configuration: flags, the environment, .env, conversation-store.config.{ts,mts,js,mjs,cjs}; what comes first holds.
Exit codes: 0 done, 1 error, 2 usage, 3 pending (status --check, migrate --to) or more to do (sync, inbox-migration), 4
locked by another, 5 some tenants failed, 6 drift, 7 a dry run found what would stop the run, 57 the database is newer than the
program.`
}

function commandHelp(command: Command): string {
  return `conversation-store ${usageOf(command)} [flags]: ${command.summary}

${columns(
  command.flags.map((name) => [flagUsage(name), command.flagHelp?.[name] ?? flagHelp(name)]),
  '  ',
)}`
}

function usageOf({ name, words }: Command): string {
  return [name, ...words.map((word) => (word.optional ? `[${word.name}]` : `<${word.name}>`))].join(' ')
}
