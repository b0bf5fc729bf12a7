import { parseArgs } from 'node:util'
import { type CommandName, commandDefinition, commandNames, isCommandName } from './command-table.js'
import { type FlagName, type Flags, flagDefinitions, flagsSchema, isFlagName } from './options/command-flags.js'
import { listed } from './options/value-kinds.js'
import { readAs, usageError } from './usage-error.js'

export interface Invocation {
  /** Null: only the help or the version was asked for. */
  readonly command: CommandName | null
  /** What the command takes beside flags: the database of `lock break`. */
  readonly words: readonly string[]
  readonly flags: Flags
}

/**
 * The words of a command line; throws VALIDATION_FAILED with what is allowed. Strict, because what is overheard is dangerous here: a
 * `--dry-run` that is taken for a word, or for the value of another flag, would make a dry run a real one.
 */
export function parseArguments(argv: readonly string[]): Invocation {
  const { given, positionals } = tokensOf(withoutLeadingDashes(argv))
  const flags = readAs(flagsSchema, Object.fromEntries([...given].map(([name, values]) => [name, soleValue(name, values)])), '-')
  if (positionals.length === 0 && (flags.help || flags.version)) return { command: null, words: [], flags }

  const { command, words } = commandOf(positionals)
  const allowed: readonly FlagName[] = commandDefinition(command).flags
  for (const name of given.keys()) {
    if (!allowed.includes(name)) throw usageError(`--${name}`, `is no flag of ${command}, which takes ${flagList(allowed)}`)
  }
  if (!flags.help && !flags.version) refuseContradictions(flags)
  return { command, words, flags }
}

/** npm takes the `--` of `npm run migrate -- --dry-run` away, pnpm passes it on. */
function withoutLeadingDashes(argv: readonly string[]): string[] {
  const first = argv.findIndex((word) => word.startsWith('-'))
  return argv[first] === '--' ? argv.toSpliced(first, 1) : [...argv]
}

function tokensOf(args: string[]): { given: Map<FlagName, (string | undefined)[]>; positionals: string[] } {
  const options = Object.fromEntries(
    Object.entries(flagDefinitions).map(([name, { value }]) => [
      name,
      { type: value === null ? ('boolean' as const) : ('string' as const) },
    ]),
  )
  const given = new Map<FlagName, (string | undefined)[]>()
  const positionals: string[] = []
  // Not strict: it would refuse in words of its own, which tell nothing of what is allowed.
  for (const token of parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true }).tokens) {
    if (token.kind === 'option-terminator') throw usageError('--', 'may only stand before the first flag')
    if (token.kind === 'positional') positionals.push(token.value)
    else {
      if (!isFlagName(token.name)) throw usageError(printable(token.rawName), `is no flag; there are ${flagList(everyFlag)}`)
      const isSwitch = flagDefinitions[token.name].value === null
      if (isSwitch && token.value !== undefined) throw usageError(token.rawName, 'takes no value')
      if (!isSwitch && (token.value === undefined || (token.value.startsWith('-') && !token.inlineValue))) {
        throw usageError(token.rawName, `needs a value: ${token.rawName}=${flagDefinitions[token.name].value}`)
      }
      given.set(token.name, [...(given.get(token.name) ?? []), token.value])
    }
  }
  return { given, positionals }
}

const everyFlag = Object.keys(flagDefinitions).filter(isFlagName)

/** A list may be given in parts; of anything else two values are a contradiction. */
function soleValue(name: FlagName, values: readonly (string | undefined)[]): string | true {
  const texts = values.filter((value) => value !== undefined)
  if (texts.length === 0) return true
  if (texts.length > 1 && name !== 'tenant') throw usageError(`--${name}`, 'was given more than once')
  return texts.join(',')
}

function commandOf(positionals: readonly string[]): { command: CommandName; words: readonly string[] } {
  const two = positionals.slice(0, 2).join(' ')
  const command = [two, positionals[0] ?? ''].find(isCommandName)
  if (command === undefined) {
    const subject = positionals.length === 0 ? 'a command is needed:' : `${printable(two)} is no command; there are`
    throw usageError('', `${subject} ${listed(commandNames)}`)
  }
  const words = positionals.slice(command.split(' ').length)
  const wanted = commandDefinition(command).words
  if (words.length > wanted.length) {
    const what = wanted.length === 0 ? 'flags alone' : `${wanted.map(({ name }) => `a ${name}`).join(', ')} and flags`
    throw usageError(printable(words[wanted.length] ?? ''), `is a word too many: ${command} takes ${what}`)
  }
  const needed = wanted.find(({ optional }, index) => words[index] === '' || (words[index] === undefined && !optional))
  if (needed !== undefined) throw usageError(command, `needs the name of a ${needed.name}`)
  return { command, words }
}

function refuseContradictions(flags: Flags): void {
  const pairs: readonly (readonly [FlagName, FlagName])[] = [
    ['public-only', 'tenants-only'],
    ['public-only', 'tenant'],
    ['public-only', 'retry-failed'],
    ['dry-run', 'no-dry-run'],
  ]
  for (const [one, other] of pairs) {
    if (flags[one] && flags[other]) throw usageError(`--${one}`, `contradicts --${other}; give one of the two`)
  }
}

function flagList(names: readonly FlagName[]): string {
  return names.map((name) => `--${name}`).join(', ')
}

/** A word may be a connection string that went astray. */
function printable(word: string): string {
  return /^[\w:. -]{1,40}$/.test(word) ? word : 'a word'
}
