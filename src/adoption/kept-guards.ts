import type { AllowClosedOptions } from './allow-closed-types.js'
import type { AdoptionDatabase } from './options.js'
import type { SwapOptions } from './swap-types.js'
import { conversationsOf } from './tables.js'
import { uniqueKeyOf } from './unique-key.js'

/** What keeps doubles out of a table: what was made, by which helper, as it was told. */
export type KeptGuard = { readonly table: string } & (
  | { readonly helper: 'swapUniqueIndex'; readonly options: Pick<SwapOptions, 'conversations' | 'over' | 'oldIndex' | 'newIndex'> }
  | {
      readonly helper: 'allowClosedDuplicates'
      readonly options: Pick<AllowClosedOptions, 'conversations' | 'connections' | 'enforce' | 'keyColumn'>
    }
)

/** A guard that was made, and when. */
export type RememberedGuard = KeptGuard & { readonly since: Date }

/**
 * The guards that helpers made in a database, so that somebody can be told when one is gone. They are kept beside the
 * passes.
 */
export interface KeptGuards {
  /** Keeps it, in place of one with the same id. Its time is that of the first. */
  remember(guard: KeptGuard): Promise<void>
  forget(guard: KeptGuard): Promise<void>
  all(): Promise<readonly RememberedGuard[]>
}

/** Several indexes of a table may have been swapped, and each is a guard. */
export function guardId(db: AdoptionDatabase, guard: KeptGuard): string {
  const id = formerId(guard)
  if (guard.helper !== 'swapUniqueIndex') return id
  return `${id}: ${uniqueKeyOf(conversationsOf(db, guard.options.conversations), guard.options).name}`
}

/** The id that older versions gave it, which knew one guard for each helper and table. */
export function formerId({ helper, table }: Pick<KeptGuard, 'helper' | 'table'>): string {
  return `guard of ${table}: ${helper}`
}

/** The options of a helper without what can't be kept and what is not given. */
export function keptOptions<T extends object, K extends keyof T>(options: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]]))) as Pick<T, K>
}
