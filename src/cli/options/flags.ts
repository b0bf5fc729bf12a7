import { type CommandFlags, commandFlags } from './command-flags.js'
import type { Option } from './option.js'
import { type RunOptions, runOptions } from './run-options.js'

type AnyOption = RunOptions[keyof RunOptions] | CommandFlags[keyof CommandFlags]
type FlagOf<O> = O extends { readonly flag: infer F extends string } ? F : never
type OppositeOf<O> = O extends { readonly opposite: { readonly flag: infer F extends string } } ? F : never
export type FlagName = FlagOf<AnyOption> | OppositeOf<AnyOption>

interface Flag {
  readonly option: Option<unknown>
  readonly about: string
  /** The flag that says no to a switch. */
  readonly isOpposite: boolean
}

const flags = new Map<string, Flag>(
  Object.values<Option<unknown>>({ ...runOptions, ...commandFlags }).flatMap((option) => [
    ...(option.flag === undefined ? [] : [[option.flag, { option, about: option.about, isOpposite: false }] as const]),
    ...(option.opposite === undefined ? [] : [[option.opposite.flag, { option, about: option.opposite.about, isOpposite: true }] as const]),
  ]),
)

export const flagNames: readonly FlagName[] = [...flags.keys()].filter(isFlagName)

export function isFlagName(name: string): name is FlagName {
  return flags.has(name)
}

export function flagOf(name: FlagName): Flag {
  const flag = flags.get(name)
  if (flag === undefined) throw new Error(`no option has the flag --${name}`)
  return flag
}

/** Returns a flag as it is typed: `--dry-run`, `--concurrency=n`. */
export function flagUsage(name: FlagName): string {
  const { placeholder } = flagOf(name).option.kind
  return placeholder === null ? `--${name}` : `--${name}=${placeholder}`
}

/** Returns what the help says about a flag: its sentence, its range and its default. */
export function flagHelp(name: FlagName): string {
  const { about, option } = flagOf(name)
  const { kind, byDefault } = option
  const range = kind.hint === '' ? '' : `, ${kind.hint}`
  return `${about}${range}${kind.placeholder === null || byDefault === undefined ? '' : ` (default ${kind.shown(byDefault)})`}`
}
