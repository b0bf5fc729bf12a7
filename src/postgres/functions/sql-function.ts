import type { Names } from '../names.js'

/** A function of the schema as data, from which its SQL is made and with which a database is compared. */
export interface SqlFunction {
  /** The name without the store's prefix. */
  readonly name: string
  /** The parameters, including `out` parameters: the text between the parentheses. */
  readonly parameters: string
  /** The text after `returns`, or null if `out` parameters say it. */
  readonly returns: string | null
  /** The language, the volatility and the settings. */
  readonly attributes: string
  readonly body: string
}

export function createFunctionSql({ fn }: Names, { name, parameters, returns, attributes, body }: SqlFunction): string {
  const result = returns === null ? '' : ` returns ${returns}`
  return `create or replace function ${fn(name)}(${parameters})${result}\n${attributes}\nas $fn$${body}$fn$`
}

/** The function as `drop`, `revoke` and `grant` name it. */
export function signatureOf({ fn }: Names, { name, parameters }: SqlFunction): string {
  return `${fn(name)}(${parameters})`
}
