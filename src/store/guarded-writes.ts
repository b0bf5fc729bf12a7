import { writeOptions } from '../model/validation/lease-schemas.js'
import type { AccountContext } from './account-context.js'
import type { WriteOptions } from './inputs.js'

type Write = (input: unknown, options?: WriteOptions) => Promise<unknown>

/**
 * The writes of an account, each of which takes the lease that guards it as an option. The writes themselves need not
 * know of it, because it goes into their stamp.
 */
export function guardedWrites<W extends object>(context: AccountContext, writesOf: (context: AccountContext) => W): W {
  const plain = writesOf(context)
  const guarded = Object.keys(plain).map((name): [string, Write] => [
    name,
    async (input, options) => {
      const lease = options === undefined ? undefined : context.parse(writeOptions, claimed(options)).lease
      const write = Reflect.get(lease === undefined ? plain : writesOf({ ...context, lease }), name) as Write
      return write(input)
    },
  ])
  return Object.fromEntries(guarded) as W
}

/** Takes what claims the lease from the answer of `acquireLease`, or from what `keepLease` keeps. */
function claimed(options: WriteOptions): WriteOptions {
  if (typeof options?.lease !== 'object' || options.lease === null) return options
  const { kind, key, token } = options.lease
  return { ...options, lease: { kind, key, token } }
}
