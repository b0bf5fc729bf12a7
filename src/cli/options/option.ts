import type { ValueKind } from './value-kinds.js'

/** One option: what it may say, and where it may be said. */
export interface Option<T> {
  readonly kind: ValueKind<T>
  /** The name of its flag on the command line, without the dashes. */
  readonly flag?: string
  /** For a switch, the flag that says no. */
  readonly opposite?: { readonly flag: string; readonly about: string }
  /** The name of its variable in the environment. */
  readonly variable?: string
  /** False if the configuration file can't set it. Otherwise it has the same name there as in its table. */
  readonly inFile?: false
  /** The value if nobody set one. */
  readonly byDefault?: T
  /**
   * The usual value if nobody set one and the settings leave it open, because the server's URL may set it or the engine
   * has its own default. Only the docs show it.
   */
  readonly usual?: T
  /** What it is, for the help and the docs. */
  readonly about: string
  /** Full sentences that only the docs have. */
  readonly more?: string
}

export type OptionTable = Readonly<Record<string, Option<unknown>>>

export type ValueOf<O> = O extends { readonly kind: ValueKind<infer T> } ? T : never

/** The options that were set. An option that nobody set is absent. */
export type Given<T> = { readonly [K in keyof T]?: ValueOf<T[K]> }

/** Keeps the names of an option as literal types, and requires a default of the option's kind. */
export function option<T, const O extends Omit<Option<T>, 'kind'>>(kind: ValueKind<T>, rest: O): O & { readonly kind: ValueKind<T> } {
  return { ...rest, kind }
}
