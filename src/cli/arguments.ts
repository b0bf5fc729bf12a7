import { parseArgs } from 'node:util'
import type { Command } from './commands/command.js'
import { commands } from './commands/commands.js'
import { type FlagName, flagNames, flagOf, flagUsage, isFlagName } from './options/flags.js'
import { type GivenFlags, readFlags } from './options/read-options.js'
import { ids, listed } from './options/value-kinds.js'
import { usageError } from './usage-error.js'

export interface Invocation {
  /** Null if only the help or the version was asked for. */
  readonly command: Command | null
  /** The words that the command takes in addition to flags, such as the database of `lock break`. */
  readonly words: readonly string[]
  readonly flags: GivenFlags
}

/**
 * Reads the words of a command line. Throws VALIDATION_FAILED, which says what is allowed. It is strict because a slip
 * is dangerous here: a `--dry-run` that is taken for a word, or for the value of another flag, would be a real run.
 */
export function parseArguments(argv: readonly string[]): Invocation {
  const { given, positionals: all } = tokensOf(withoutLeadingDashes(argv))
  const isHelpWord = all[0] === 'help'
  if (isHelpWord) given.set('help', [undefined])
  const positionals = isHelpWord ? all.slice(1) : all
  const flags = readFlags(Object.fromEntries([...given].map(([name, values]) => [`--${flagOf(name).option.flag}`, textOf(name, values)])))
  const isQuestion = flags.help === true || flags.version === true
  // `lock --help` asks about several commands.
  const isPart =
    commands.some(({ name }) => name.startsWith(`${positionals.join(' ')} `)) && !commands.some(({ name }) => name === positionals[0])
  if (isQuestion && (positionals.length === 0 || isPart)) return { command: null, words: [], flags }

  const { command, words } = commandOf(positionals, isQuestion)
  for (const name of given.keys()) {
    if (!command.flags.includes(name))
      throw usageError(`--${name}`, `is no flag of ${command.name}, which takes ${flagList(command.flags)}`)
  }
  if (typeof flags.yes === 'string' && (flags.yes === '' || !command.flags.includes('drop-data')))
    throw usageError('--yes', command.flags.includes('drop-data') ? 'needs the name of a database behind the =' : 'takes no value')
  if (!isQuestion) refuseContradictions(given)
  return { command, words, flags }
}

/** Drops a `--` before the first flag: npm removes the one in `npm run migrate -- --dry-run`, but pnpm passes it on. */
function withoutLeadingDashes(argv: readonly string[]): string[] {
  const first = argv.findIndex((word) => word.startsWith('-'))
  return argv[first] === '--' ? argv.toSpliced(first, 1) : [...argv]
}

function tokensOf(args: string[]): { given: Map<FlagName, (string | undefined)[]>; positionals: string[] } {
  const options = Object.fromEntries(flagNames.map((name) => [name, { type: isSwitch(name) ? ('boolean' as const) : ('string' as const) }]))
  const given = new Map<FlagName, (string | undefined)[]>()
  const positionals: string[] = []
  // Node's strict mode would refuse in its own words, which do not say what is allowed.
  for (const token of parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true }).tokens) {
    if (token.kind === 'option-terminator') throw usageError('--', 'may only stand before the first flag')
    if (token.kind === 'positional') positionals.push(token.value)
    else {
      const name = shortNames[token.rawName] ?? token.name
      if (!isFlagName(name)) throw usageError(printable(token.rawName), `is no flag; there are ${flagList(flagNames)}`)
      const isValueless = isSwitch(name) && flagOf(name).option.kind.mayHaveValue !== true
      if (isValueless && token.value !== undefined) throw usageError(token.rawName, 'takes no value')
      if (!isSwitch(name) && (token.value === undefined || (token.value.startsWith('-') && !token.inlineValue))) {
        throw usageError(token.rawName, `needs a value: ${flagUsage(name)}`)
      }
      given.set(name, [...(given.get(name) ?? []), token.value])
    }
  }
  return { given, positionals }
}

const shortNames: Readonly<Record<string, FlagName>> = { '-h': 'help', '-v': 'version' }

function isSwitch(name: FlagName): boolean {
  return flagOf(name).option.kind.placeholder === null
}

/** Returns the text of a flag. A list may come in parts, but two values of any other flag contradict each other. */
function textOf(name: FlagName, values: readonly (string | undefined)[]): string {
  const { option, isOpposite } = flagOf(name)
  const [value] = values
  if (isSwitch(name) && value === undefined) return String(!isOpposite)
  if (values.length > 1 && option.kind !== ids) throw usageError(`--${name}`, 'was given more than once')
  return values.join(',')
}

function commandOf(positionals: readonly string[], isQuestion: boolean): { command: Command; words: readonly string[] } {
  const two = positionals.slice(0, 2).join(' ')
  const command = commands.find(({ name }) => name === two) ?? commands.find(({ name }) => name === positionals[0])
  if (command === undefined) {
    const subject = positionals.length === 0 ? 'a command is needed:' : `${printable(two)} is no command; there are`
    throw usageError('', `${subject} ${listed(commands.map(({ name }) => name))}`)
  }
  const { name: commandName, words: wanted } = command
  const words = positionals.slice(commandName.split(' ').length)
  if (words.length > wanted.length) {
    const what = wanted.length === 0 ? 'flags alone' : `${wanted.map(({ name }) => `a ${name}`).join(', ')} and flags`
    throw usageError(printable(words[wanted.length] ?? ''), `is a word too many: ${commandName} takes ${what}`)
  }
  const needed = wanted.find(({ optional }, index) => words[index] === '' || (words[index] === undefined && !optional))
  if (needed !== undefined && !isQuestion) throw usageError(commandName, `needs the name of a ${needed.name}`)
  return { command, words }
}

function refuseContradictions(given: ReadonlyMap<FlagName, unknown>): void {
  const pairs: readonly (readonly [FlagName, FlagName])[] = [
    ['public-only', 'tenants-only'],
    ['public-only', 'tenant'],
    ['public-only', 'retry-failed'],
    ['dry-run', 'no-dry-run'],
  ]
  for (const [one, other] of pairs) {
    if (given.has(one) && given.has(other)) throw usageError(`--${one}`, `contradicts --${other}; give one of the two`)
  }
}

function flagList(names: readonly FlagName[]): string {
  return names.map((name) => `--${name}`).join(', ')
}

/** Hides a word that may be a connection string in the wrong place. */
function printable(word: string): string {
  return /^[\w:. -]{1,40}$/.test(word) ? word : 'a word'
}
