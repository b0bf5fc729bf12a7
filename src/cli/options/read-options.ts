import * as z from 'zod'
import { readAs } from '../usage-error.js'
import { commandFlags, type Flags } from './command-flags.js'
import type { Given, Option, OptionTable } from './option.js'
import { type GivenOptions, runOptions } from './run-options.js'

export type GivenFlags = Flags & GivenOptions

/** Each of these functions throws VALIDATION_FAILED, which names flags, variables and fields, but no values. */

/** Reads the command line. `texts` has a name like `--batch-size` for each flag that was given. */
export function readFlags(texts: Readonly<Record<string, string>>): GivenFlags {
  const nameOf = (_: string, { flag }: Option<unknown>) => (flag === undefined ? undefined : `--${flag}`)
  return read({ ...runOptions, ...commandFlags }, nameOf, 'fromText', (shape) => z.object(shape), texts)
}

/** Reads the environment. A variable that is empty counts as not set: `MONGODB_URI= npm run migrate`. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): GivenOptions {
  const filled = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  return read(
    runOptions,
    (_, { variable }) => variable,
    'fromText',
    (shape) => z.object(shape),
    filled,
  )
}

/** Reads the configuration file. Undefined means that there is none. */
export function readConfig(config: unknown): GivenOptions {
  const nameOf = (key: string, { inFile }: Option<unknown>) => (inFile === false ? undefined : key)
  return read(runOptions, nameOf, 'fromValue', (shape) => z.strictObject(shape), config ?? {}, 'conversation-store.config')
}

function read<T extends OptionTable>(
  table: T,
  nameOf: (key: string, option: Option<unknown>) => string | undefined,
  way: 'fromText' | 'fromValue',
  schemaOf: (shape: Readonly<Record<string, z.ZodType>>) => z.ZodType<Readonly<Record<string, unknown>>>,
  given: unknown,
  source = '',
): Given<T> {
  const named = Object.entries(table).flatMap(([key, option]) => {
    const name = nameOf(key, option)
    return name === undefined ? [] : [{ key, name, schema: option.kind[way].optional() }]
  })
  const values = readAs(schemaOf(Object.fromEntries(named.map(({ name, schema }) => [name, schema]))), given, source)
  const found = named.map(({ key, name }) => [key, values[name]] as const).filter(([, value]) => value !== undefined)
  // Each value is what the kind of its option returned, which the compiler can't follow through a loop.
  return Object.fromEntries(found) as Given<T>
}
