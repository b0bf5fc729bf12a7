import { createHash } from 'node:crypto'

/**
 * A value that can be bound. Times are sent as text (`timestampText`) and so is JSON, so that no driver's and no host's
 * serializer changes them.
 */
export type Value = string | number | boolean | null | LateValue

/**
 * A value that is asked for when the driver writes the statement to its connection, and not when the statement is made.
 * `pg` asks by `toPostgres` and PGlite by `toString`, both after every wait for a connection.
 */
export interface LateValue {
  toPostgres(): string
  toString(): string
}

export function lateValue(valueNow: () => string): LateValue {
  return { toPostgres: valueNow, toString: valueNow }
}

/** A piece of SQL: texts, and between each two of them a part, which is a spliced fragment or a bound value. */
export interface Fragment {
  readonly texts: readonly string[]
  readonly parts: readonly (Fragment | Value)[]
}

/**
 * What an executor sends. The name is derived from the text, so that two stores on one connection never share a
 * prepared statement.
 */
export interface Statement {
  readonly name: string
  readonly text: string
  readonly values: readonly Value[]
}

/** SQL in which each `${fragment}` is spliced and every other `${value}` is bound. */
export function sql(texts: TemplateStringsArray, ...parts: readonly (Fragment | Value)[]): Fragment {
  return { texts, parts }
}

/** Text that is already SQL: an identifier from Names or words from this library. It must never be a caller's value. */
export function raw(text: string): Fragment {
  return { texts: [text], parts: [] }
}

export const nothing = raw('')

export function join(fragments: readonly Fragment[], separator: string): Fragment {
  return { texts: joints(separator, fragments.length), parts: fragments }
}

const jointsBySeparator = new Map<string, (readonly string[])[]>()

/**
 * Returns the same array for the same join, because a compiled statement is found by the identity of its fragments'
 * texts.
 */
function joints(separator: string, fragments: number): readonly string[] {
  const known = jointsBySeparator.get(separator) ?? []
  jointsBySeparator.set(separator, known)
  const texts = known[fragments] ?? ['', ...Array.from({ length: fragments - 1 }, () => separator), '']
  known[fragments] = texts
  return texts
}

/**
 * The SQL of a fragment that binds nothing, for the body of a function. Throws a TypeError for one that binds a value.
 */
export function textOf(fragment: Fragment): string {
  return write(fragment, () => {
    throw new TypeError('a fragment with values has no text of its own')
  })
}

export function compile(fragment: Fragment): Statement {
  const values: Value[] = []
  const text = write(fragment, (value) => `$${values.push(value)}`)
  return { name: statementName(text), text, values }
}

interface Step {
  readonly next: Map<readonly string[] | string | null, Step>
  compiled: Pick<Statement, 'name' | 'text'> | null
}

/**
 * Compiles a statement's text once, and afterwards only collects its values: building a text and hashing it took longer
 * than the rest of a call. A text is identified by the templates that it is made of, in order, because each template
 * stands in the code once.
 */
export function createCompiler(): (fragment: Fragment) => Statement {
  const start: Step = { next: new Map(), compiled: null }
  return (fragment) => {
    const values: Value[] = []
    const end = follow(start, fragment, values)
    end.compiled ??= compile(fragment)
    return { name: end.compiled.name, text: end.compiled.text, values }
  }
}

function follow(from: Step, { texts, parts }: Fragment, values: Value[]): Step {
  let step = advance(from, parts.length === 0 ? (texts[0] ?? '') : texts)
  for (const part of parts) {
    if (isFragment(part)) {
      step = follow(step, part, values)
    } else {
      values.push(part)
      step = advance(step, null)
    }
  }
  return step
}

function advance({ next }: Step, key: readonly string[] | string | null): Step {
  let step = next.get(key)
  if (step === undefined) {
    step = { next: new Map(), compiled: null }
    next.set(key, step)
  }
  return step
}

function write({ texts, parts }: Fragment, bind: (value: Value) => string): string {
  let text = texts[0] ?? ''
  parts.forEach((part, index) => {
    text += (isFragment(part) ? write(part, bind) : bind(part)) + (texts[index + 1] ?? '')
  })
  return text
}

const statementNames = new Map<string, string>()

/**
 * A short name for a text, because PostgreSQL cuts names at 63 bytes. The names are remembered, because the texts come
 * from this library and are few.
 */
function statementName(text: string): string {
  let name = statementNames.get(text)
  if (name === undefined) {
    name = `conversation_store_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`
    statementNames.set(text, name)
  }
  return name
}

function isFragment(part: Fragment | Value): part is Fragment {
  return typeof part === 'object' && part !== null && 'texts' in part
}

/**
 * A time in a form that PostgreSQL reads the same with any DateStyle and TimeZone. PostgreSQL refuses the result of
 * `toISOString` outside the years 1 to 9999.
 */
export function timestampText(time: Date): string {
  const year = time.getUTCFullYear()
  if (year > 0 && year <= 9999) return time.toISOString()
  const rest = time.toISOString().replace(/^[+-]?\d+/, '')
  return year > 0 ? `${String(year).padStart(4, '0')}${rest}` : `${String(1 - year).padStart(4, '0')}${rest} BC`
}
