import type { ValueKind } from './value-kinds.js'

/** One option: what it may say, and where it may be said. */
export interface Option<T> {
  readonly kind: ValueKind<T>
  /** On the command line, without its dashes. */
  readonly flag?: string
  /** Of a switch: the flag that says no. */
  readonly opposite?: { readonly flag: string; readonly about: string }
  /** In the environment. */
  readonly variable?: string
  /** In the configuration file the option has the name that it has in its table, unless this is false. */
  readonly inFile?: false
  /** What holds where nobody said anything. */
  readonly byDefault?: T
  /**
   * What usually holds then, for the docs, where the settings leave it open: the server's URL may say it first, or the
   * engine has its own default.
   */
  readonly usual?: T
  /** What it is, for the help and the docs. */
  readonly about: string
  /** Full sentences that only the docs have. */
  readonly more?: string
}

export type OptionTable = Readonly<Record<string, Option<unknown>>>

export type ValueOf<O> = O extends { readonly kind: ValueKind<infer T> } ? T : never

/** What was said; what nobody said is absent. */
export type Given<T> = { readonly [K in keyof T]?: ValueOf<T[K]> }

/** Keeps the names of an option as the types that they are, and its default one of its kind. */
export function option<T, const O extends Omit<Option<T>, 'kind'>>(kind: ValueKind<T>, rest: O): O & { readonly kind: ValueKind<T> } {
  return { ...rest, kind }
}
