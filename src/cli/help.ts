import { type CommandName, commandDefinition, commandNames } from './command-table.js'
import { type FlagName, flagDefinitions } from './options/command-flags.js'
import { columns } from './output/columns.js'

export function helpText(command: CommandName | null): string {
  return command === null ? generalHelp() : commandHelp(command)
}

function generalHelp(): string {
  return `conversation-store <command> [flags]

${columns(
  commandNames.map((name) => [usageOf(name), commandDefinition(name).summary]),
  '  ',
)}

Flags of a command: conversation-store <command> --help
Configuration: flags, the environment, .env, conversation-store.config.{ts,js,mjs}; what comes first holds.
Exit codes: 0 done, 1 error, 2 usage, 3 pending (status --check), 4 locked by another, 5 some tenants failed, 6 drift,
57 the database is newer than the program.`
}

function commandHelp(command: CommandName): string {
  const { summary, flags } = commandDefinition(command)
  return `conversation-store ${usageOf(command)} [flags]: ${summary}

${columns(
  flags.map((name) => [flagUsage(name), flagDefinitions[name].help]),
  '  ',
)}`
}

function usageOf(command: CommandName): string {
  return [command, ...commandDefinition(command).words.map(({ name, optional }) => (optional ? `[${name}]` : `<${name}>`))].join(' ')
}

function flagUsage(name: FlagName): string {
  const { value } = flagDefinitions[name]
  return value === null ? `--${name}` : `--${name}=${value}`
}
